import NixFormat
import Testing

@Suite struct NarTests {
  private static let file =
    NarFraming.file(size: 5, isExecutable: true) + Array("hello".utf8)
    + NarFraming.fileEnd(size: 5)
  private static let empty = NarFraming.file(size: 0, isExecutable: false) + NarFraming.fileEnd(size: 0)
  private static func entry(_ name: String, _ node: [UInt8]) -> [UInt8] {
    NarFraming.entry(named: Array(name.utf8)) + node + NarFraming.entryEnd
  }
  private static func folder(_ entries: [UInt8]...) -> [UInt8] {
    NarFraming.directory + entries.flatMap { $0 } + NarFraming.directoryEnd
  }
  /// A folder with everything in it.
  private static let whole =
    NarFraming.magic
    + folder(
      entry("a", file), entry("b", folder(entry("x", empty), entry("y", NarFraming.link(to: Array("../a".utf8))))),
      entry("c", folder()))

  private static func validate(_ bytes: [UInt8], step: Int = .max) throws {
    var validator = NarValidator()
    var rest = bytes[...]
    while !rest.isEmpty {
      try validator.feed(rest.prefix(step))
      rest = rest.dropFirst(step)
    }
    try validator.finish()
  }

  @Test(arguments: [1, 2, 7, 8, 9, 64, Int.max])
  func `takes a whole archive in pieces of any size`(_ step: Int) throws {
    try Self.validate(Self.whole, step: step)
    try Self.validate(NarFraming.magic + Self.file, step: step)
    try Self.validate(NarFraming.magic + NarFraming.link(to: [0x61]), step: step)
  }

  @Test func `every cut is noticed`() {
    for length in 0..<Self.whole.count {
      #expect(throws: NarError.self) { try Self.validate(Array(Self.whole.prefix(length))) }
    }
  }

  @Test func `no changed byte of the frame stops it, and none is taken for the end`() {
    for place in Self.whole.indices {
      for bit in 0..<8 {
        var changed = Self.whole
        changed[place] ^= 1 << UInt8(bit)
        // A changed name or content is still an archive; everything else is refused; nothing traps.
        _ = try? Self.validate(changed)
      }
    }
    #expect(throws: NarError.self) { try Self.validate(Self.whole + [0]) }
  }

  @Test(arguments: [
    ("a/b", "an entry's name cannot be used"), ("..", "an entry's name cannot be used"),
    (".", "an entry's name cannot be used"), ("", "an entry's name cannot be used"),
    ("a\0", "an entry's name cannot be used"),
  ])
  func `refuses names that lead elsewhere`(_ name: String, _ detail: String) {
    #expect { try Self.validate(NarFraming.magic + Self.folder(Self.entry(name, Self.empty))) } throws: {
      ($0 as? NarError)?.detail == detail
    }
  }

  @Test func `refuses entries that are not in order, or there twice`() {
    for names in [["b", "a"], ["a", "a"]] {
      let folder = Self.folder(Self.entry(names[0], Self.empty), Self.entry(names[1], Self.empty))
      #expect { try Self.validate(NarFraming.magic + folder) } throws: {
        ($0 as? NarError)?.detail == "the entries are not in order"
      }
    }
  }

  @Test func `folders go so deep and no deeper`() throws {
    func nested(_ depth: Int) -> [UInt8] {
      (1..<depth).reduce(Self.folder()) { inner, _ in Self.folder(Self.entry("a", inner)) }
    }
    try Self.validate(NarFraming.magic + nested(NarValidator.depthLimit))
    #expect(throws: NarError.self) { try Self.validate(NarFraming.magic + nested(NarValidator.depthLimit + 1)) }
  }
}
