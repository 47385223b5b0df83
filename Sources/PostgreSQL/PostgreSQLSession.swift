internal import CPostgreSQL

/// A connection to a PostgreSQL server for a program that asks the same questions again and again: statements are
/// prepared once, values go and come in binary form, and what has to be said around a statement travels with it.
/// It blocks, so it belongs on a thread of its own; not to be shared by threads.
/// https://www.postgresql.org/docs/15/libpq-pipeline-mode.html
public final class PostgreSQLSession {
  let connection: OpaquePointer
  private let interruption: PostgreSQLInterruption?
  /// The names of prepared statements, by their text and the types of their parameters.
  private var prepared: [String: String] = [:]
  /// Queries are written in the program, so there are few. Where there are more after all, as when a database is copied,
  /// all of them are forgotten: the server keeps each one for as long as the connection lasts.
  private static let preparedLimit = 500
  private var preparations = 0
  private var queued: [String] = []
  private var isBroken = false

  /// Connects to where `uri` says (`postgres://user:password@host:port/database?...`), within `connectTimeout`.
  /// A server that is cut off is given up after half a minute. `interruption` ends whatever the session waits for.
  public init(
    uri: String, connectTimeout: Duration = .seconds(10), interruption: PostgreSQLInterruption? = nil
  ) throws(PostgreSQLError) {
    let parameters = [
      ("dbname", uri), ("connect_timeout", "\(max(2, connectTimeout.components.seconds))"),
      ("fallback_application_name", "wright"), ("client_encoding", "UTF8"), ("gssencmode", "disable"),
      ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "30000"),
    ]
    guard let connection = PostgreSQLConnection.connect(parameters, expandsURI: true) else {
      throw PostgreSQLError("there is no memory for a connection")
    }
    guard PQstatus(connection) == CONNECTION_OK else {
      let message = String(cString: PQerrorMessage(connection))
      PQfinish(connection)
      throw PostgreSQLError(message)
    }
    self.connection = connection
    self.interruption = interruption
    interruption?.attach(PQsocket(connection))
  }

  deinit {
    interruption?.detach()
    PQfinish(connection)
  }

  /// The number of the server's process, as `pg_stat_activity` has it.
  public var backend: Int { Int(PQbackendPID(connection)) }

  /// False where the connection was lost.
  public var isConnected: Bool { !isBroken && PQstatus(connection) == CONNECTION_OK }

  /// True within a transaction, also in one that has failed and waits for its end.
  public var isInTransaction: Bool {
    [PQTRANS_INTRANS, PQTRANS_INERROR, PQTRANS_ACTIVE].contains(PQtransactionStatus(connection))
  }

  /// True where statements wait to travel with the next one.
  public var hasQueued: Bool { !queued.isEmpty }

  /// Has a statement without parameters run right before the next one, without waiting for its answer.
  public func queue(_ sql: String) { queued.append(sql) }

  /// Forgets what waits.
  public func dropQueued() { queued = [] }

  /// Runs what waits and then the statement, whose answer it returns; `early` is called with the answers of what has
  /// waited. Where one of them fails, none that follows is run.
  @discardableResult
  public func run(
    _ sql: String, _ parameters: [PostgreSQLValue] = [], early: (Int, PostgreSQLResult) -> Void = { _, _ in }
  ) throws(PostgreSQLError) -> PostgreSQLResult {
    if prepared.count >= Self.preparedLimit {
      prepared = [:]
      queued.append("DEALLOCATE ALL")
    }
    let waiting = queued
    queued = []
    let key = sql + "\u{0}" + parameters.map(\.typeLetter).joined()
    let known = prepared[key]
    let name = known ?? "s\(preparations)"
    guard PQenterPipelineMode(connection) == 1 else { throw failure() }
    if known == nil { preparations += 1 }
    do throws(PostgreSQLError) {
      for statement in waiting { try send(PQsendQueryParams(connection, statement, 0, nil, nil, nil, nil, 1)) }
      if known == nil {
        let types = parameters.map(\.type)
        try send(PQsendPrepare(connection, name, sql, Int32(clamping: types.count), types))
      }
      try send(
        PostgreSQLValue.lend(parameters) { values, lengths, formats in
          PQsendQueryPrepared(connection, name, Int32(clamping: parameters.count), values, lengths, formats, 1)
        })
      try send(PQpipelineSync(connection))
    } catch {
      // What was sent has answers that nobody reads: the connection is of no more use.
      isBroken = true
      throw error
    }
    do throws(PostgreSQLError) {
      return try receive(waiting.count, preparing: known == nil ? (key, name) : nil, early)
    } catch {
      // A table has changed since the statement was prepared; the next time it is prepared anew.
      if error.isStale { prepared[key] = nil }
      throw error
    }
  }

  private func send(_ code: Int32) throws(PostgreSQLError) {
    if code != 1 { throw failure() }
  }

  /// Reads one answer for each of `count` statements, for the preparation where there is one, and for the statement.
  private func receive(
    _ count: Int, preparing: (key: String, name: String)?, _ early: (Int, PostgreSQLResult) -> Void
  ) throws(PostgreSQLError) -> PostgreSQLResult {
    var results: [PostgreSQLResult] = []
    var refusal: PostgreSQLError?
    let expected = count + (preparing == nil ? 1 : 2)
    while results.count < expected {
      guard let raw = PQgetResult(connection) else { break }
      let result = PostgreSQLResult(raw)
      results.append(result)
      if refusal == nil, let error = result.error { refusal = error }
      if refusal == nil {
        if results.count <= count { early(results.count - 1, result) }
        if let preparing, results.count == count + 1 { prepared[preparing.key] = preparing.name }
      }
      // The end of this answer.
      while let more = PQgetResult(connection) { PQclear(more) }
    }
    // The end of all answers.
    if let sync = PQgetResult(connection) { PQclear(sync) }
    PQexitPipelineMode(connection)
    if let refusal { throw refusal }
    guard isConnected, results.count == expected, let last = results.last else { throw failure() }
    return last
  }

  func failure() -> PostgreSQLError {
    let message = String(cString: PQerrorMessage(connection))
    return PostgreSQLError(message.isEmpty ? "the connection was lost" : message)
  }
}
