public import Artifacts
import Files
import Model
import Testing

/// What every artifact store does. `Maker` makes a store for each call that holds nothing.
public struct ArtifactStoreConformance: Sendable {
  /// Makes the store to test.
  public typealias Maker = @Sendable () async throws -> any ArtifactStore

  private let make: Maker

  /// The suite over the stores of `make`.
  public init(_ make: @escaping Maker) { self.make = make }

  /// A part of the suite, by name, for `@Test(arguments:)`.
  public struct Requirement: Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String
    let body: @Sendable (any ArtifactStore) async throws -> Void
  }

  /// Runs one requirement on a new store.
  public func check(_ requirement: Requirement) async throws { try await requirement.body(make()) }

  /// All requirements.
  public static let requirements: [Requirement] = [
    Requirement(description: "bytes come back by their SHA-256", body: roundTrip),
    Requirement(description: "only the announced bytes are stored", body: announcedSize),
    Requirement(description: "a file that is shorter than announced is refused", body: changedWhileRead),
    Requirement(description: "parts are stored one after the other", body: parts),
    Requirement(description: "a file that nobody changes may be kept, and keeps its own name", body: finalFiles),
    Requirement(
      description: "an inspector sees all bytes in order, and what it refuses is not stored", body: inspection),
    Requirement(description: "equal content may be put at the same time", body: concurrentPuts),
    Requirement(description: "content may be removed while it is put", body: removalDuringPuts),
    Requirement(description: "what is stored is listed", body: listing),
    Requirement(description: "an upload ends when it is cancelled", body: cancelledPut),
    Requirement(description: "an absent hash has no bytes", body: unknown),
    Requirement(description: "names are made, replaced and removed", body: names),
    Requirement(description: "names that lead elsewhere are refused", body: unsafeNames),
    Requirement(description: "the store says that it can be written", body: { try await $0.check() }),
  ]
}

extension ArtifactStoreConformance {
  /// The hash of no bytes (FIPS 180-4).
  private static let emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  /// The hash of "abc".
  private static let abcHash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  private static func roundTrip(_ store: any ArtifactStore) async throws {
    for size in [1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 9_000_000] {
      let source = try SourceFile((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
      let digest = try await store.put(source.file, size: Int64(size))
      #expect(digest.size == Int64(size) && digest.sha256.utf8.count == 64 && digest.md5.utf8.count == 32)
      let stored = try #require(try await store.open(sha256: digest.sha256))
      #expect(try await stored.read(count: size + 1, at: 0) == source.bytes)
    }
    #expect(try await store.put(SourceFile([]).file, size: 0).sha256 == emptyHash)
    let digest = try await store.put(SourceFile(Array("abc".utf8)).file, size: 3)
    #expect(digest == ContentDigest(sha256: abcHash, md5: "900150983cd24fb0d6963f7d28e17f72", size: 3))
  }

  private static func listing(_ store: any ArtifactStore) async throws {
    #expect(try await store.hashes(beginningWith: "ba", since: Timestamp(milliseconds: 0)) == [])
    _ = try await store.put(SourceFile(Array("abc".utf8)).file, size: 3)
    _ = try await store.put(SourceFile([]).file, size: 0)
    #expect(try await store.hashes(beginningWith: "ba", since: Timestamp(milliseconds: 0)) == [abcHash])
    #expect(try await store.hashes(beginningWith: "ba", since: Timestamp(milliseconds: .max)) == [])
    try await store.delete(sha256: abcHash)
    #expect(try await store.hashes(beginningWith: "ba", since: Timestamp(milliseconds: 0)) == [])
  }

  private static func cancelledPut(_ store: any ArtifactStore) async throws {
    let source = try SourceFile([UInt8](repeating: 5, count: 3_000_000))
    let put = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await store.put(source.file, size: 3_000_000)
    }
    await #expect(throws: CancellationError.self) { try await put.value }
  }

  private static func announcedSize(_ store: any ArtifactStore) async throws {
    let digest = try await store.put(SourceFile(Array("abcdef".utf8)).file, size: 3)
    #expect(digest.sha256 == abcHash)
  }

  private static func changedWhileRead(_ store: any ArtifactStore) async throws {
    for (size, bytes) in [(1, 0), (4, 3), (3_000_000, 2_000_000), (Int64.max, 10)] as [(Int64, Int)] {
      let source = try SourceFile([UInt8](repeating: 7, count: bytes))
      await #expect(throws: ArtifactStoreError.changedWhileRead(expected: size, found: Int64(bytes))) {
        try await store.put(source.file, size: size)
      }
    }
    let empty = try SourceFile([])
    await #expect(throws: ArtifactStoreError.self) { try await store.put(empty.file, size: -1) }
  }

  private static func parts(_ store: any ArtifactStore) async throws {
    for sizes in [[3], [0, 3, 0], [1, 1, 1], [100, 300_000, 0, 2_000_001, 7], [1 << 20, 5 << 20]] {
      let sources = try sizes.enumerated().map { index, size in
        try SourceFile((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ index) })
      }
      let parts = zip(sources, sizes).map { ContentPart($0.file, size: Int64($1)) }
      let digest = try await store.put(parts, inspector: nil)
      let stored = try #require(try await store.open(sha256: digest.sha256))
      #expect(try await stored.read(count: 10 << 20, at: 0) == sources.flatMap(\.bytes))
      let short = parts + [ContentPart(sources[0].file, size: Int64(sizes[0]) + 1)]
      await #expect(throws: ArtifactStoreError.self) { try await store.put(short, inspector: nil) }
    }
    #expect(try await store.put([], inspector: nil).sha256 == emptyHash)
  }

  private static func finalFiles(_ store: any ArtifactStore) async throws {
    for size in [0, 3, 300_000, 5_000_000] {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 17) }
      for _ in 0..<2 {
        let source = try SourceFile(bytes)
        let part = ContentPart(source.file, size: Int64(size), isFinal: true)
        await #expect(throws: Inspector.Refusal.whenOver) {
          try await store.put([part], inspector: Inspector(.whenOver))
        }
        let digest = try await store.put([part], inspector: nil)
        #expect(try source.file.read(count: size + 1, at: 0) == bytes)
        #expect(try await store.open(sha256: digest.sha256)?.read(count: size + 1, at: 0) == bytes)
      }
    }
    let sources = try (0..<40).map { try SourceFile([UInt8(truncatingIfNeeded: $0 / 2)]) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for source in sources {
        group.addTask {
          let digest = try await store.put([ContentPart(source.file, size: 1, isFinal: true)], inspector: nil)
          #expect(try await store.open(sha256: digest.sha256)?.read(count: 2, at: 0) == source.bytes)
        }
      }
      try await group.waitForAll()
    }
  }

  private static func inspection(_ store: any ArtifactStore) async throws {
    for size in [0, 3, 300_000, 3_000_000] {
      let source = try SourceFile((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13) })
      let part = ContentPart(source.file, size: Int64(size))
      for refusal in [Inspector.Refusal.whenOver, .atByte(0), .atByte(2_000_000)] {
        if case .atByte(let byte) = refusal, byte >= size { continue }
        await #expect(throws: refusal) { try await store.put([part], inspector: Inspector(refusal)) }
      }
      for prefix in 0..<256 {
        let text = (prefix < 16 ? "0" : "") + String(prefix, radix: 16)
        #expect(try await store.hashes(beginningWith: text, since: Timestamp(milliseconds: 0)) == [])
      }
      let inspector = Inspector(nil)
      let digest = try await store.put([part], inspector: inspector)
      #expect(inspector.seen == source.bytes && inspector.digest == digest)
      try await store.delete(sha256: digest.sha256)
    }
  }

  private static func concurrentPuts(_ store: any ArtifactStore) async throws {
    let source = try SourceFile([UInt8](repeating: 1, count: 100_000))
    let digests = try await withThrowingTaskGroup(of: ContentDigest.self) { group in
      for _ in 0..<20 { group.addTask { try await store.put(source.file, size: 100_000) } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    let digest = try #require(digests.first)
    #expect(digests.count == 1)
    #expect(try await store.open(sha256: digest.sha256)?.size == 100_000)
  }

  private static func removalDuringPuts(_ store: any ArtifactStore) async throws {
    let source = try SourceFile(Array("abc".utf8))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask { _ = try await store.put(source.file, size: 3) }
        group.addTask { try await store.delete(sha256: abcHash) }
        group.addTask {
          // Whoever got it open reads the whole, also when it is removed meanwhile.
          if let file = try await store.open(sha256: abcHash) {
            #expect(try await file.read(count: 9, at: 0) == source.bytes)
          }
        }
      }
      try await group.waitForAll()
    }
    _ = try await store.put(source.file, size: 3)
    #expect(try await store.open(sha256: abcHash) != nil)
  }

  private static func unknown(_ store: any ArtifactStore) async throws {
    for hash in [abcHash, "", "abc", "../../../etc/passwd", abcHash.uppercased(), String(repeating: "/", count: 64)] {
      #expect(try await store.open(sha256: hash) == nil)
      #expect(try await !store.has(sha256: hash))
      try await store.delete(sha256: hash)
      await #expect(throws: ArtifactStoreError.unknownContent(hash)) {
        try await store.link(sha256: hash, folder: "commit", name: "name")
      }
    }
  }

  private static func names(_ store: any ArtifactStore) async throws {
    let digest = try await store.put(SourceFile(Array("abc".utf8)).file, size: 3)
    let other = try await store.put(SourceFile([1]).file, size: 1)
    for hash in [digest.sha256, digest.sha256, other.sha256, digest.sha256] {
      try await store.link(sha256: hash, folder: "c0ffee", name: "out/report.xml")
    }
    try await store.link(sha256: digest.sha256, folder: "c0ffee", name: "out/größe 2.txt")
    try await store.link(sha256: digest.sha256, folder: "build-1", name: "-rf")
    for name in ["out/report.xml", "out/größe 2.txt", "absent", "absent/too", "out/report.xml"] {
      try await store.unlink(folder: "c0ffee", name: name)
    }
    try await store.unlink(folder: "absent", name: "x")
    #expect(try await store.open(sha256: digest.sha256) != nil)
    #expect(try await store.has(sha256: digest.sha256))
  }

  private static func unsafeNames(_ store: any ArtifactStore) async throws {
    let digest = try await store.put(SourceFile(Array("abc".utf8)).file, size: 3)
    let bad = [
      "", "/", ".", "..", "../x", "/etc/passwd", "a/../b", "a//b", "a/", "./a", "a\0b", "a/.",
      String(repeating: "x", count: 256),
      String(repeating: "x/", count: 600) + "x",
    ]
    for name in bad {
      await #expect(throws: ArtifactStoreError.unsafeName(name)) {
        try await store.link(sha256: digest.sha256, folder: "commit", name: name)
      }
      await #expect(throws: ArtifactStoreError.unsafeName(name)) {
        try await store.unlink(folder: "commit", name: name)
      }
    }
    for folder in bad + ["a/b"] {
      await #expect(throws: ArtifactStoreError.unsafeName(folder)) {
        try await store.link(sha256: digest.sha256, folder: folder, name: "x")
      }
    }
  }
}

/// A file to put.
private final class SourceFile: Sendable {
  let bytes: [UInt8]
  let file: FileDescriptor
  private let path = "/tmp/wright-source-\(UInt64.random(in: 0 ... .max))"

  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    file = try FileDescriptor.open(path, .createNew())
    try file.write(bytes, at: 0)
  }

  deinit { _ = try? FileTree.removeFile(path) }
}
