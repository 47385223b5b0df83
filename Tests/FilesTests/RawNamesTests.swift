import Files
import Glibc
import Testing

@Suite struct RawNamesTests {
  @Test func `names are bytes, in the order of bytes, and links are not followed`() async throws {
    let folder = "/tmp/wright-raw-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    try FileTree.makeDirectory(folder)
    defer { try? FileTree.removeTree(folder) }
    let odd: [UInt8] = [0xFF, 0x01, 0x0A]
    let names: [[UInt8]] = [Array("b".utf8), Array("B".utf8), Array("é".utf8), odd, Array("a b".utf8)]
    let directory = try FileDescriptor.open(folder, .directory)
    for name in names {
      try directory.openEntry(name, .createNew()).write(name, at: 0)
    }
    symlink("/etc/passwd", folder + "/link")
    #expect(try directory.rawNames() == (names + [Array("link".utf8)]).sorted { $0.lexicographicallyPrecedes($1) })
    #expect(try directory.openEntry(odd).read(count: 10, at: 0) == odd)
    #expect(try directory.status(ofEntry: odd).size == 3)
    #expect(try directory.status(ofEntry: Array("link".utf8)).kind == .symbolicLink)
    #expect(try directory.linkTarget(ofEntry: Array("link".utf8)) == Array("/etc/passwd".utf8))
    #expect(throws: FileError.self) { try directory.openEntry(Array("link".utf8)) }
    #expect(throws: FileError.self) { try directory.linkTarget(ofEntry: odd) }
    #expect(throws: FileError.self) { try directory.status(ofEntry: Array("none".utf8)) }
  }
}
