public import Concurrency

/// A connection that writes, one transaction after the other. Only one thread uses it at a time.
public protocol WriterConnection: DatabaseConnection, Sendable {
  /// False where a failure has rolled back the whole transaction, as a full disk or a lost connection may.
  var isInTransaction: Bool { get }
  /// Begins a transaction that nobody else's runs beside.
  func begin() throws
  /// Ends it; durable on return.
  func commit() throws
  /// True where the transaction is certainly not there and may be run once more: the connection was lost, and a new one
  /// can be had. Blocks while it waits for that.
  func mayRepeat(after error: any Error) -> Bool
  /// Closes it, whoever still refers to it. Nothing is asked of it afterwards.
  func close()
}

/// The one writer. Bodies that have come together run in one transaction, so that they pay for one write to the disk.
///
/// A body's result is handed over only after the commit. One that throws is undone alone, by its savepoint.
public final class WriteGroups: Sendable {
  private struct State {
    var connection: (any WriterConnection)?
    var waiting: [WriteBody] = []
    var isScheduled = false
    var isClosed = false
  }

  /// How many bodies share a transaction at most, so that the first does not wait for ever.
  private static let groupLimit = 500

  private let state: Lock<State>
  private let threads: BlockingThreads

  /// Takes over a connection and the single thread that uses it.
  public init(connection: any WriterConnection, threads: BlockingThreads) {
    state = Lock(State(connection: connection))
    self.threads = threads
  }

  /// Runs `body` in a transaction; returns, or throws its error, when that is committed.
  public func run<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      if !enqueue(WriteBody(body, continuation)) { continuation.resume(throwing: DatabaseError.closed) }
    }
  }

  /// Waits for the bodies that have come so far and closes the connection. Twice is fine.
  public func close() async {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard isFirst else { return }
    // The thread takes work in order, so what was enqueued has been drained when this runs.
    _ = try? await threads.run {
      let connection = self.state.withLock { state in
        defer { state.connection = nil }
        return state.connection
      }
      connection?.close()
    }
    threads.stop()
  }

  private func enqueue(_ body: WriteBody) -> Bool {
    let (accepted, first) = state.withLock { state in
      if state.isClosed { return (false, false) }
      state.waiting.append(body)
      defer { state.isScheduled = true }
      return (true, !state.isScheduled)
    }
    if first { threads.submit { self.drain() } }
    return accepted
  }

  private func drain() {
    guard let connection = state.withLock({ $0.connection }) else { return }
    while let group = next() { WriteTransaction.perform(group, on: connection) }
  }

  private func next() -> [WriteBody]? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isScheduled = false
        return nil
      }
      let group = Array(state.waiting.prefix(Self.groupLimit))
      state.waiting.removeFirst(group.count)
      return group
    }
  }
}
