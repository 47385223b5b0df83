internal import Concurrency
internal import Files

/// Makes small contents durable, together where several come at once: a disk takes milliseconds to say that something is
/// on it, whether that is one file or a hundred. While one batch is on its way, the next gathers.
final class SmallContents: Sendable {
  private struct Waiting {
    var incoming: IncomingBlob
    var continuation: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var waiting: [Waiting] = []
    var isBusy = false
  }
  /// Up to so many are made durable one by one: that does not wait for what others write to the file system.
  private static let few = 2

  private let folders: ArtifactFolders
  private let blobs: BlobStore
  private let threads = BlockingThreads(name: "artifact-sync", count: 1)
  private let state = Lock(State())

  init(_ folders: ArtifactFolders, _ blobs: BlobStore) {
    self.folders = folders
    self.blobs = blobs
  }

  func stop() { threads.stop() }

  /// Makes a file the blob of its digest; durable on return.
  func adopt(_ incoming: IncomingBlob) async throws {
    try await withCheckedThrowingContinuation { continuation in
      let begins = state.withLock { state in
        state.waiting.append(Waiting(incoming: incoming, continuation: continuation))
        defer { state.isBusy = true }
        return !state.isBusy
      }
      if begins, !threads.submit({ [self] in work() }) { refuse() }
    }
  }

  private func refuse() {
    while true {
      let refused = take()
      if refused.isEmpty { return }
      for waiting in refused { waiting.continuation.resume(throwing: CancellationError()) }
    }
  }

  /// All that wait; none ends the work, and who comes then begins it anew.
  private func take() -> [Waiting] {
    state.withLock { state in
      defer { state.waiting = [] }
      state.isBusy = !state.waiting.isEmpty
      return state.waiting
    }
  }

  private func work() {
    while true {
      let batch = take()
      if batch.isEmpty { return }
      let results = batch.count <= Self.few ? batch.map { one($0.incoming) } : together(batch.map(\.incoming))
      for (waiting, result) in zip(batch, results) { waiting.continuation.resume(with: result) }
    }
  }

  private func one(_ incoming: IncomingBlob) -> Result<Void, any Error> {
    Result {
      try incoming.file.synchronize()
      try blobs.adopt(incoming)
    }
  }

  /// Names all, then makes names and bytes durable in one go. A crash before its end may leave a name whose bytes are
  /// not there; nothing refers to it then, and `BlobStore.name` does not believe it.
  private func together(_ batch: [IncomingBlob]) -> [Result<Void, any Error>] {
    let named = batch.map { incoming in Result { try blobs.name(incoming) } }
    let synchronized = Result {
      try FileDescriptor.open(folders.blobs, .directory).synchronizeFileSystem()
    }
    return named.map { result in result.flatMap { synchronized } }
  }
}
