internal import Concurrency

/// A connection that reads.
public protocol ReaderConnection: Sendable {
  /// Runs `body` in one consistent snapshot, in which nothing can be written.
  func read<Result>(_ body: (any DatabaseConnection) throws -> Result) throws -> Result
  /// Closes it, whoever still refers to it. Nothing is asked of it afterwards.
  func close()
}

/// The connections that read, one for each of its threads.
public final class ReadPool: Sendable {
  private struct State {
    var idle: [any ReaderConnection]
    var isClosed = false
  }

  private let state: Lock<State>
  private let returned = Wakeup()
  private let threads: BlockingThreads
  private let count: Int

  private init(_ connections: [any ReaderConnection], _ threads: BlockingThreads) {
    count = connections.count
    self.threads = threads
    state = Lock(State(idle: connections))
  }

  /// Opens `count` connections on threads of their own.
  public static func open(
    count: Int, _ connect: @escaping @Sendable () throws -> any ReaderConnection
  ) async throws -> ReadPool {
    let count = max(1, count)
    let threads = BlockingThreads(name: "db-read", count: count)
    do {
      let connections = try await threads.run { try (0..<count).map { _ in try connect() } }
      return ReadPool(connections, threads)
    } catch {
      threads.stop()
      throw error
    }
  }

  /// Runs `body` on a reader's thread.
  public func run<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    guard !state.withLock({ $0.isClosed }) else { throw DatabaseError.closed }
    do {
      return try await threads.run { try self.perform(body) }
    } catch is CancellationError {
      // The threads were stopped between the check and the submission.
      throw DatabaseError.closed
    }
  }

  /// Waits for the reads under way and closes the connections. Twice is fine.
  public func close() async {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard isFirst else { return }
    while state.withLock({ $0.idle.count < count }) { await returned.wait() }
    let connections = state.withLock { state in
      defer { state.idle = [] }
      return state.idle
    }
    for connection in connections { connection.close() }
    threads.stop()
  }

  private func perform<Result>(_ body: (any DatabaseConnection) throws -> Result) throws -> Result {
    // There are as many connections as threads, so one is idle unless the pool is closed.
    guard let connection = state.withLock({ $0.isClosed ? nil : $0.idle.popLast() }) else { throw DatabaseError.closed }
    defer { giveBack(connection) }
    return try connection.read(body)
  }

  private func giveBack(_ connection: any ReaderConnection) {
    let closing = state.withLock { state in
      state.idle.append(connection)
      return state.isClosed
    }
    if closing { returned.signal() }
  }
}
