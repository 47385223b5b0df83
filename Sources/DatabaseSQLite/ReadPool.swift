internal import Concurrency
internal import Store

/// The connections that read, one for each of its threads.
final class ReadPool: Sendable {
  private struct State {
    var idle: [SQLiteConnection]
    var isClosed = false
  }

  private let state: Lock<State>
  private let returned = Wakeup()
  private let threads: BlockingThreads
  private let count: Int

  private init(_ connections: [SQLiteConnection], _ threads: BlockingThreads) {
    count = connections.count
    self.threads = threads
    state = Lock(State(idle: connections))
  }

  static func open(_ path: String, _ configuration: SQLiteDatabase.Configuration) async throws -> ReadPool {
    let count = max(1, configuration.readers)
    let threads = BlockingThreads(name: "db-read", count: count)
    do {
      let connections = try await threads.run {
        try (0..<count).map { _ in try SQLiteConnection.openReader(path, configuration) }
      }
      return ReadPool(connections, threads)
    } catch {
      threads.stop()
      throw error
    }
  }

  func run<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    guard !state.withLock({ $0.isClosed }) else { throw Self.closed }
    do {
      return try await threads.run { try self.perform(body) }
    } catch is CancellationError {
      // The threads were stopped between the check and the submission.
      throw Self.closed
    }
  }

  /// Waits for the reads under way and closes the connections. Twice is fine.
  func close() async {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard isFirst else { return }
    while state.withLock({ $0.idle.count < count }) { await returned.wait() }
    state.withLock { $0.idle.removeAll() }
    threads.stop()
  }

  private func perform<Result>(_ body: (any DatabaseConnection) throws -> Result) throws -> Result {
    // There are as many connections as threads, so one is idle unless the pool is closed.
    guard let connection = state.withLock({ $0.isClosed ? nil : $0.idle.popLast() }) else { throw Self.closed }
    defer { giveBack(connection) }
    try connection.execute("BEGIN", [])
    do {
      let result = try body(connection)
      try connection.execute("COMMIT", [])
      return result
    } catch {
      // Nothing to lose in a transaction that only reads; the body's error is the one that matters.
      if connection.isInTransaction { _ = try? connection.execute("ROLLBACK", []) }
      throw error
    }
  }

  private func giveBack(_ connection: SQLiteConnection) {
    let closing = state.withLock { state in
      state.idle.append(connection)
      return state.isClosed
    }
    if closing { returned.signal() }
  }

  private static let closed = DatabaseError(code: .closed, message: "the database is closed")
}
