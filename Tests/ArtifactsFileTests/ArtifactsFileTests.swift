import Artifacts
import ArtifactsFile
import Crypto
import Files
import Glibc
import Model
import StoreConformance
import Testing

@Suite final class ArtifactsFileTests {
  private let root = "/tmp/wright-artifacts-\(UInt64.random(in: 0 ... .max))"

  deinit { try? FileTree.removeTree(root) }

  private func file(_ bytes: [UInt8]) throws -> FileDescriptor {
    let path = "\(root)/source-\(UInt64.random(in: 0 ... .max))"
    try FileTree.makeDirectory(root)
    let file = try FileDescriptor.open(path, .createNew())
    try file.write(bytes, at: 0)
    return file
  }

  private func blobPath(_ digest: ContentDigest) -> String {
    "\(root)/store/blobs/\(digest.sha256.prefix(2))/\(digest.sha256.dropFirst(2))"
  }

  /// Every regular file below the store.
  private func storedFiles(below path: String) throws -> [String] {
    try FileTree.names(in: path).flatMap { name in
      let below = path + "/" + name
      return try FileTree.status(below)?.kind == .directory ? storedFiles(below: below) : [below]
    }
  }

  @Test(arguments: ArtifactStoreConformance.requirements)
  func `is an artifact store`(requirement: ArtifactStoreConformance.Requirement) async throws {
    let directory = root + "/store"
    try await ArtifactStoreConformance { try ArtifactsFile(directory: directory) }.check(requirement)
  }

  @Test func `content that is there already is not stored twice, and nothing is left on the way`() async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    let first = try await store.put(file([1, 2, 3]), size: 3)
    let node = try #require(try await store.open(sha256: first.sha256)?.file)
    let second = try await store.put(file([1, 2, 3]), size: 3)
    #expect(first == second)
    #expect(try storedFiles(below: root + "/store") == [blobPath(first)])
    let again = try #require(try await store.open(sha256: first.sha256)?.file)
    #expect(try inode(node) == inode(again))
    let short = try file([1])
    await #expect(throws: ArtifactStoreError.self) { try await store.put(short, size: 2) }
    #expect(try storedFiles(below: root + "/store") == [blobPath(first)])
  }

  @Test(arguments: [300_000, 9_000_000]) func `content is stored while it comes`(_ size: Int) async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
    let coming = try file(Array(bytes.prefix(1000)))
    let arrival = FileArrival(1000)
    async let stored = store.put(
      [ContentPart(coming, size: Int64(size), isFinal: true, arrival: arrival)], inspector: nil)
    var place = 1000
    while place < size {
      let piece = Array(bytes[place..<min(size, place + 100_001)])
      try coming.write(piece, at: Int64(place))
      place += piece.count
      arrival.advance(to: Int64(place))
    }
    let digest = try await stored
    #expect(try await store.put(file(bytes), size: Int64(size)) == digest)
    #expect(try FileTree.contents(of: blobPath(digest), limit: size) == bytes)
  }

  @Test func `content whose rest does not come is not stored`() async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    let coming = try file([UInt8](repeating: 1, count: 500_000))
    let arrival = FileArrival(500_000)
    let stored = Task {
      try await store.put([ContentPart(coming, size: 900_000, isFinal: true, arrival: arrival)], inspector: nil)
    }
    arrival.abandon()
    await #expect(throws: FileArrival.Abandoned.self) { _ = try await stored.value }
    #expect(try storedFiles(below: root + "/store").isEmpty)
    // What is there may be read all the same.
    try arrival.wait(for: 500_000)
    #expect(throws: FileArrival.Abandoned.self) { try arrival.wait(for: 500_001) }
  }

  @Test func `a blob that another program has cut is replaced`() async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    let digest = try await store.put(file([1, 2, 3]), size: 3)
    try FileTree.writeAtomically([1], to: blobPath(digest))
    _ = try await store.put(file([1, 2, 3]), size: 3)
    #expect(try FileTree.contents(of: blobPath(digest), limit: 9) == [1, 2, 3])
  }

  @Test func `the tree holds names of the stored bytes`() async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    let one = try await store.put(file([1]), size: 1)
    let two = try await store.put(file([2]), size: 1)
    let tree = root + "/store/tree"
    for digest in [one, one, two, one] {
      try await store.link(sha256: digest.sha256, folder: "c0ffee", name: "a/b/out")
      #expect(
        try inode(FileDescriptor.open(tree + "/c0ffee/a/b/out")) == inode(FileDescriptor.open(blobPath(digest))))
    }
    try await store.link(sha256: two.sha256, folder: "c0ffee", name: "a/other")
    #expect(try storedFiles(below: root + "/store/incoming") == [])
    try await store.unlink(folder: "c0ffee", name: "a/b/out")
    #expect(try FileTree.names(in: tree + "/c0ffee/a") == ["other"])
    try await store.unlink(folder: "c0ffee", name: "a/other")
    #expect(try FileTree.names(in: tree) == [])
  }

  @Test func `a name below a file is refused and leaves the file`() async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    let digest = try await store.put(file([1]), size: 1)
    try await store.link(sha256: digest.sha256, folder: "c", name: "out")
    await #expect(throws: FileError.self) {
      try await store.link(sha256: digest.sha256, folder: "c", name: "out/below")
    }
    #expect(try storedFiles(below: root + "/store/tree") == [root + "/store/tree/c/out"])
    #expect(try storedFiles(below: root + "/store/incoming") == [])
  }

  @Test func `a start sweeps what is half-written and keeps the rest`() async throws {
    let digest = try await ArtifactsFile(directory: root + "/store").put(file([1]), size: 1)
    try FileTree.writeAtomically([9, 9], to: root + "/store/incoming/12345")
    let store = try ArtifactsFile(directory: root + "/store")
    #expect(try FileTree.names(in: root + "/store/incoming") == [])
    #expect(try await store.open(sha256: digest.sha256) != nil)
  }

  @Test func `one content has more names than a file can have`() async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    let digest = try await store.put(file([1]), size: 1)
    // The system's own limit, reached by the system's own call.
    try FileTree.makeDirectory(root + "/names")
    var names = 0
    while names < 70_000, Glibc.link(blobPath(digest), "\(root)/names/\(names)") == 0 { names += 1 }
    try await store.link(sha256: digest.sha256, folder: "c", name: "out")
    #expect(try FileTree.contents(of: root + "/store/tree/c/out", limit: 9) == [1])
    #expect(try storedFiles(below: root + "/store/incoming") == [])
  }

  @Test(.enabled(if: SmallDisk.isAvailable))
  func `a full disk is an error that leaves nothing behind`() async throws {
    let disk = try SmallDisk()
    let store = try ArtifactsFile(directory: disk.path + "/store")
    let kept = try await store.put(file([1]), size: 1)
    for size in [2 << 20, 8 << 20] {
      let source = try file([UInt8](repeating: 1, count: size))
      let error = await #expect(throws: FileError.self) { try await store.put(source, size: Int64(size)) }
      #expect(error?.isNoSpace == true)
      #expect(try FileTree.names(in: disk.path + "/store/incoming") == [])
    }
    try disk.fill(leaving: 0)
    let check = await #expect(throws: FileError.self) { try await store.check() }
    #expect(check?.isNoSpace == true)
    #expect(try await store.open(sha256: kept.sha256)?.size == 1)
    try disk.empty()
    try await store.check()
    store.stop()
  }

  @Test func `a store that cannot be written says why`() async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    try FileTree.removeTree(root + "/store/incoming")
    await #expect(throws: FileError.self) { try await store.check() }
    try FileTree.writeAtomically([], to: root + "/file")
    #expect(throws: FileError.self) { try ArtifactsFile(directory: root + "/file") }
    store.stop()
    await #expect(throws: CancellationError.self) { try await store.check() }
  }

  @Test func `a source that changes while it is read is stored as it was read`() async throws {
    let store = try ArtifactsFile(directory: root + "/store")
    let source = try file([UInt8](repeating: 0, count: 4 << 20))
    let writer = Task.detached {
      for round in 1...20 as ClosedRange<UInt8> {
        try source.write([UInt8](repeating: round, count: 4 << 20), at: 0)
        await Task.yield()
      }
    }
    for _ in 0..<5 {
      let digest = try await store.put(source, size: 4 << 20)
      let stored = try FileTree.contents(of: blobPath(digest), limit: 4 << 20)
      #expect(try SHA256.hex(stored) == digest.sha256)
      #expect(try MD5.hex(stored) == digest.md5)
    }
    try await writer.value
  }

  private func inode(_ file: FileDescriptor) throws -> UInt64 {
    var status = stat()
    try #require(fstat(file.raw, &status) == 0)
    return UInt64(status.st_ino)
  }
}
