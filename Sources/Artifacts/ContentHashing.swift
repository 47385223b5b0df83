public import Model
internal import Concurrency

/// Hashes and inspects content on threads of its own, a few at a time; more wait.
public final class ContentHashing: Sendable {
  private let readers: BlockingThreads
  private let hashers: BlockingThreads

  /// Threads for so many contents at a time.
  public init(copies: Int) {
    readers = BlockingThreads(name: "artifact-copy", count: copies)
    hashers = BlockingThreads(name: "artifact-hash", count: max(1, copies) * BlockRing.maximumReaders)
  }

  /// Ends the threads after the work already begun. Later calls throw `CancellationError`.
  public func stop() {
    readers.stop()
    hashers.stop()
  }

  /// Runs `body` on a thread, with what hashes and copies a content. Constant memory: 4 MiB for each.
  public func run<Result: Sendable>(
    _ body: @escaping @Sendable (_ hashers: HashingThreads) throws -> Result
  ) async throws -> Result {
    let isCancelled = Lock(false)
    return try await withTaskCancellationHandler {
      try await readers.run { [hashers] in
        try body(HashingThreads(threads: hashers) { isCancelled.withLock { $0 } })
      }
    } onCancel: {
      isCancelled.withLock { $0 = true }
    }
  }

  /// The digest of the parts' bytes, which the inspector takes.
  public func digest(of source: PartsReader, inspector: (any ContentInspector)?) async throws -> ContentDigest {
    try await run { threads in
      try HashingCopy(source: source, destination: nil, space: nil, inspector: inspector, threads: threads).run()
    }
  }
}

/// What one content is hashed by.
public struct HashingThreads: Sendable {
  /// At least three for each content at a time; with fewer, contents would wait for each other's hashes forever.
  let threads: BlockingThreads
  /// True once nobody wants the content any more.
  let isCancelled: @Sendable () -> Bool
}
