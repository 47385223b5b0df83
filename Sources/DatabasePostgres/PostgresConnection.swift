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
  /// The class of the lock that says whose database it is.
  private static let lockClass = 0x5772_6974

  private let target: PostgresTarget
  private let isWriter: Bool
  private var session: PostgreSQLSession?
  /// The transaction's number, by which its fate can be asked for once the connection is lost.
  private var transaction: String?
  /// True where what has failed works the next time: a statement was prepared before a table changed, or the server has
  /// said that the transaction is not there.
  private var mustRepeat = false
  /// When the trouble began; nil where the last transaction has ended as it should.
  private var lostSince: ContinuousClock.Instant?

  /// Connects.
  init(_ target: PostgresTarget, isWriter: Bool) throws {
    self.target = target
    self.isWriter = isWriter
    session = try open()
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
    guard let session else { throw DatabaseError.lost(target) }
    do throws(PostgreSQLError) {
      return try session.run(sql, parameters.map(PostgreSQLValue.init)) { index, result in
        // The second of what begins a transaction.
        if isWriter, transaction == nil, index == 1 { transaction = result.text(0, 0) }
      }
    } catch {
      let failure = DatabaseError(postgres: error, isConnected: session.isConnected, target, context: sql)
      if !session.isConnected { self.session = nil }
      if error.isStale { mustRepeat = true }
      throw failure
    }
  }

  private func open() throws -> PostgreSQLSession {
    do throws(PostgreSQLError) {
      let session = try PostgreSQLSession(uri: target.uri)
      guard isWriter else { return session }
      let lock = "SELECT pg_try_advisory_lock(\(Self.lockClass), hashtext(current_schema()))::int"
      if try session.run(lock).integer(0, 0) == 1 { return session }
    } catch {
      throw DatabaseError(postgres: error, isConnected: false, target, context: "connecting")
    }
    throw DatabaseError(
      code: .locked, message: "another server uses the database \(target.shown); stop it, or give this one its own")
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
      session = try? open()
      if session != nil { break }
      guard ContinuousClock.now + pause < end else { return false }
      usleep(UInt32(clamping: pause.components.attoseconds / 1_000_000_000_000))
      pause = min(pause * 2, .milliseconds(900))
    }
    return true
  }
}

extension PostgresConnection: WriterConnection {
  var isInTransaction: Bool { session.map { $0.isInTransaction || $0.hasQueued } ?? false }

  func begin() throws {
    guard let session else { throw DatabaseError.lost(target) }
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
        return try snapshot(body)
      } catch {
        // A read can be made again.
        guard mayRepeat(after: error) else { throw error }
      }
    }
  }

  private func snapshot<Result>(_ body: (any DatabaseConnection) throws -> Result) throws -> Result {
    guard let session else { throw DatabaseError.lost(target) }
    session.dropQueued()
    session.queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
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
