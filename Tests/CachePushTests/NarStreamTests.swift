import Compression
import Concurrency
import Crypto
import Files
import NixFormat
import Testing

@testable import CachePush

@Suite struct NarStreamTests {
  @Test(arguments: [NarInfo.Compression.zstd, .xz, .none])
  func `parts are the compressed NAR, cut where they are full, and the digest is theirs`(
    compression: NarInfo.Compression
  ) async throws {
    try await withStream(compression, size: 300_000, memory: 1 << 20) { stream, nar in
      var parts: [NarPart] = []
      for try await part in stream.parts { parts.append(part) }
      let file = parts.flatMap(\.bytes)
      let digest = try stream.digest()
      #expect(parts.map(\.number) == Array(1...parts.count) && parts.count > 1)
      #expect(parts.dropLast().allSatisfy { $0.bytes.count == 4096 })
      for part in parts { #expect(try MD5.hex(part.bytes) == Hexadecimal.string(part.md5)) }
      #expect(digest.fileSize == Int64(file.count) && digest.narSize == Int64(nar.count))
      #expect(digest.fileHash.hexadecimal == (try SHA256.hex(file)))
      #expect(digest.narHash.hexadecimal == (try SHA256.hex(nar)))
    }
  }

  @Test func `who reads slowly holds no more than the budget, and nothing is read that nobody wants`() async throws {
    try await withStream(.none, size: 2_000_000, memory: 8192) { stream, _ in
      var iterator = stream.parts.makeAsyncIterator()
      var count = 0
      while let part = try await iterator.next() { count += part.bytes.count }
      #expect(count > 2_000_000)
    }
    // Left after its first part: the thread must not wait for room for ever, or the folder would outlive the test.
    try await withStream(.none, size: 2_000_000, memory: 8192) { stream, _ in
      for try await _ in stream.parts { break }
    }
  }

  @Test func `a digest is had only of a NAR that was read to its end`() async throws {
    try await withStream(.zstd, size: 100_000, memory: 1 << 20, pretend: 99) { stream, _ in
      await #expect(throws: PushError.self) { for try await _ in stream.parts {} }
      #expect(throws: PushError.self) { try stream.digest() }
    }
  }

  @Test func `bytes are given back in turn, and a closed budget lets nobody wait`() async {
    let budget = ByteBudget(100)
    #expect(budget.take(1000))
    let (first, second) = (Semaphore(), Semaphore())
    let order = Lock<[Int]>([])
    for (number, semaphore) in [(1, first), (2, second)] {
      Thread.start(name: "budget") {
        let isTaken = budget.take(100)
        order.withLock { $0.append(isTaken ? number : -number) }
        semaphore.signal()
      }
    }
    budget.giveBack(1000)
    let threads = BlockingThreads(name: "wait", count: 1)
    try? await threads.run {
      budget.close()
      first.wait()
      second.wait()
    }
    threads.stop()
    #expect(order.withLock { $0.count } == 2)
    #expect(!budget.take(1))
  }

  /// Reads a file of this size as a path; `pretend` is what is added to the size that the store says.
  private func withStream(
    _ compression: NarInfo.Compression, size: Int, memory: Int, pretend: Int64 = 0,
    _ body: (NarStream, [UInt8]) async throws -> Void
  ) async throws {
    try await withFolder { folder in
      let path = try #require(StorePath(hash: String(repeating: "c", count: 32), name: "file"))
      try FileTree.makeDirectory(folder + StorePath.directory)
      var number: UInt64 = 7
      let content = (0..<size).map { _ -> UInt8 in
        number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: number >> 43)
      }
      try FileTree.writeAtomically(content, to: folder + path.description)
      var nar: [UInt8] = []
      try NarDump.write(folder + path.description) { nar.append(contentsOf: $0) }
      var hash = try SHA256()
      hash.update(nar)
      let info = StorePathInfo(
        path: path, narHash: try #require(NarHash(bytes: try hash.finish())), narSize: Int64(nar.count) + pretend,
        references: [], deriver: nil, signatures: [], contentAddress: nil)
      let threads = BlockingThreads(name: "nar-test", count: 1)
      defer { threads.stop() }
      let work = NarWork(
        store: NixStoreAccess(environment: [], root: folder), compression: compression, level: 1, partSize: 4096,
        budget: ByteBudget(memory), threads: threads)
      try await body(NarStream.begin(info, work), nar)
    }
  }
}
