internal import Concurrency
internal import Glibc
internal import Model
internal import PostgreSQL
internal import Store

/// One connection, which is made anew where it was lost.
///
/// `@unchecked Sendable`: it moves between threads, but only one uses it at a time: the writer's belongs to the one
/// writer thread, a reader's to whoever has taken it from the pool.
final class PostgresConnection: DatabaseConnection, @unchecked Sendable {
  /// How long a lost server is waited for.
  private static let patience: Duration = .seconds(60)

  let target: PostgresTarget
  /// What says that this connection may write; nil for one that reads.
  let seat: WriterSeat?
  var session: PostgreSQLSession?
  /// The transaction's number, by which its fate can be asked for once the connection is lost.
  private var transaction: String?
  /// True where what has failed works the next time: a statement was prepared before a table changed, or the server has
  /// said that the transaction is not there.
  private var mustRepeat = false
  /// When the trouble began; nil where the last transaction has ended as it should.
  private var lostSince: ContinuousClock.Instant?

  /// Connects, for reading.
  init(_ target: PostgresTarget) throws {
    self.target = target
    seat = nil
    session = try target.connect()
  }

  /// Writes over a session that has the lock of `seat`.
  init(_ target: PostgresTarget, writing session: PostgreSQLSession, _ seat: WriterSeat) {
    self.target = target
    self.seat = seat
    self.session = session
  }

  /// Twice is fine. Nothing is asked of it afterwards.
  func close() { session = nil }

  func query(_ sql: String, _ parameters: [DatabaseValue], _ body: (any DatabaseRow) throws -> Void) throws {
    let result = try run(sql, parameters)
    for row in 0..<result.rowCount { try body(PostgresRow(result: result, row: row)) }
  }

  @discardableResult
  func execute(_ sql: String, _ parameters: [DatabaseValue]) throws -> Int {
    // What surrounds a body is not waited for.
    if parameters.isEmpty, sql.hasPrefix("SAVEPOINT ") || sql.hasPrefix("RELEASE ") {
      session?.queue(sql)
      return 0
    }
    return try run(sql, parameters).changedRows
  }

  private func run(_ sql: String, _ parameters: [DatabaseValue]) throws -> PostgreSQLResult {
    guard let session else { throw lost }
    do throws(PostgreSQLError) {
      return try session.run(sql, parameters.map(PostgreSQLValue.init)) { index, result in
        // The second of what begins a transaction.
        if seat != nil, transaction == nil, index == 1 { transaction = result.text(0, 0) }
      }
    } catch {
      let failure = DatabaseError(postgres: error, isConnected: session.isConnected, target, context: sql)
      if !session.isConnected { self.session = nil }
      if error.isStale { mustRepeat = true }
      throw failure
    }
  }

  /// Why there is no session.
  private var lost: DatabaseError { seat?.isLost == true ? .following : .lost(target) }

  /// One attempt to have a session again. Throws where another attempt may succeed.
  private func open() throws {
    if let seat { try reclaim(seat) } else { session = try target.connect() }
  }

  /// Tries to connect until the patience is over, counted from the first loss: what ends its connection each time that
  /// it is run is not run for ever.
  private func reopen() -> Bool {
    let begin = lostSince ?? .now
    lostSince = begin
    let end = begin + Self.patience
    guard .now < end else { return false }
    var pause: Duration = .milliseconds(20)
    while session == nil {
      try? open()
      if session != nil { break }
      guard seat?.isLost != true, ContinuousClock.now + pause < end else { return false }
      usleep(UInt32(clamping: pause.components.attoseconds / 1_000_000_000_000))
      pause = min(pause * 2, .milliseconds(900))
    }
    return true
  }
}

extension PostgresConnection: WriterConnection {
  var isInTransaction: Bool { session.map { $0.isInTransaction || $0.hasQueued } ?? false }

  func begin() throws {
    guard let session else { throw lost }
    transaction = nil
    session.dropQueued()
    session.queue("BEGIN")
    session.queue("SELECT pg_current_xact_id()::text")
  }

  func commit() throws {
    do {
      _ = try run("COMMIT", [])
    } catch {
      // The answer was lost, not necessarily the transaction.
      guard session == nil, let transaction, let isCommitted = fate(of: transaction) else { throw error }
      guard isCommitted else {
        mustRepeat = true
        throw error
      }
    }
    lostSince = nil
  }

  func mayRepeat(after error: any Error) -> Bool {
    defer { mustRepeat = false }
    return mustRepeat || session == nil && reopen()
  }

  /// True where the transaction was committed, false where it never will be; nil where nobody can be asked.
  private func fate(of transaction: String) -> Bool? {
    while reopen() {
      do {
        if let isCommitted = try isCommitted(transaction) { return isCommitted }
        usleep(20_000)
      } catch {
        // Lost again, or a server that does not know.
        if session != nil { return nil }
      }
    }
    return nil
  }

  /// Nil where the server does not know yet.
  private func isCommitted(_ transaction: String) throws -> Bool? {
    let status = try run("SELECT pg_xact_status($1::text::xid8)", [.text(transaction)])
    return switch status.text(0, 0) {
    case "committed": true
    case "aborted": false
    default: nil
    }
  }
}

extension PostgresConnection: ReaderConnection {
  func read<Result>(_ body: (any DatabaseConnection) throws -> Result) throws -> Result {
    while true {
      do {
        return try transact("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
      } catch {
        // A read can be made again.
        guard mayRepeat(after: error) else { throw error }
      }
    }
  }

  /// Runs `body` once, in a transaction that begins so.
  func transact<Result>(_ begin: String, _ body: (any DatabaseConnection) throws -> Result) throws -> Result {
    guard let session else { throw lost }
    session.dropQueued()
    session.queue(begin)
    do {
      let result = try body(self)
      if session.hasQueued { session.dropQueued() } else { _ = try run("COMMIT", []) }
      lostSince = nil
      return result
    } catch {
      if session.isConnected, session.isInTransaction { _ = try? run("ROLLBACK", []) }
      throw error
    }
  }

  /// Makes one attempt to connect, where the connection was lost.
  func connectOnce() throws { if session == nil { try open() } }
}

/// A row of an answer.
private struct PostgresRow: DatabaseRow {
  let result: PostgreSQLResult
  let row: Int

  func integer(_ column: Int) -> Int64? { result.integer(row, column) }
  func text(_ column: Int) -> String? { result.text(row, column) }
  func bytes(_ column: Int) -> [UInt8]? { result.bytes(row, column) }
}

extension PostgreSQLValue {
  fileprivate init(_ value: DatabaseValue) {
    switch value {
    case .null: self = .null
    case .integer(let number): self = .integer(number)
    case .text(let text): self = .text(text)
    case .bytes(let bytes): self = .bytes(bytes)
    }
  }
}
