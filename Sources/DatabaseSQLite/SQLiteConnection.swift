internal import CSQLite
internal import Files
internal import Model
internal import Store

/// One connection and its prepared statements.
///
/// `@unchecked Sendable`: it moves between threads, but only one uses it at a time: the writer's belongs to the one
/// writer thread, a reader's to whoever has taken it from the pool.
final class SQLiteConnection: DatabaseConnection, @unchecked Sendable {
  private let handle: OpaquePointer
  private var statements: [String: SQLiteStatement] = [:]
  private var isClosed = false
  /// Queries are written in the program, so there are few; the limit guards against text that is built from values.
  private static let statementLimit = 300

  init(path: String, busyTimeout: Duration) throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard let opened else { throw DatabaseError(code: .unavailable, message: "SQLite has no memory to open \(path)") }
    guard code == SQLITE_OK else {
      defer { sqlite3_close_v2(opened) }
      throw DatabaseError(sqlite: code, opened, context: path)
    }
    handle = opened
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, Int32(clamping: busyTimeout.milliseconds))
  }

  deinit { close() }

  /// Twice is fine. Nothing is asked of it afterwards.
  func close() {
    if isClosed { return }
    isClosed = true
    statements.removeAll()
    sqlite3_close_v2(handle)
  }

  /// False where a statement's failure has rolled back the whole transaction, as a full disk may.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  func query(_ sql: String, _ parameters: [DatabaseValue], _ body: (any DatabaseRow) throws -> Void) throws {
    let statement = try prepare(sql)
    defer { statement.reset() }
    try statement.bind(parameters)
    while try statement.step() { try body(statement.row) }
  }

  @discardableResult
  func execute(_ sql: String, _ parameters: [DatabaseValue]) throws -> Int {
    let before = sqlite3_total_changes64(handle)
    let statement = try prepare(sql)
    defer { statement.reset() }
    try statement.bind(parameters)
    while try statement.step() {}
    // `changes` keeps the last statement's count through statements that change no row, so ask whether any did.
    return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
  }

  private func prepare(_ sql: String) throws -> SQLiteStatement {
    if let cached = statements[sql], !cached.isBusy { return cached }
    let statement = try SQLiteStatement(sql, connection: handle)
    if statements.count >= Self.statementLimit { statements.removeAll() }
    // A statement whose rows are being read is not replaced: the nested use is prepared for itself.
    if statements[sql] == nil { statements[sql] = statement }
    return statement
  }
}
