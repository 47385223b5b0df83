internal import CSQLite
internal import Store

/// A prepared statement. Used by one thread at a time, with its connection.
final class SQLiteStatement {
  private let handle: OpaquePointer
  private let connection: OpaquePointer
  /// For each of SQLite's parameters in its order, the index of ours: `$2` may come before `$1`, and twice.
  private let order: [Int]
  private let parameterCount: Int

  init(_ sql: String, connection: OpaquePointer) throws {
    var prepared: OpaquePointer?
    // PERSISTENT: it is kept, so it should not use up the connection's small memory pool.
    let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK else { throw DatabaseError(sqlite: code, connection, context: sql) }
    guard let prepared else { throw DatabaseError(code: .other, message: "an empty statement") }
    handle = prepared
    self.connection = connection
    let count = sqlite3_bind_parameter_count(prepared)
    order = (0..<count).map { index in
      sqlite3_bind_parameter_name(prepared, index + 1).flatMap { Int(String(cString: $0).dropFirst()) }.map { $0 - 1 }
        ?? -1
    }
    parameterCount = (order.max() ?? -1) + 1
    guard !order.contains(where: { $0 < 0 }) else {
      sqlite3_finalize(prepared)
      throw DatabaseError(code: .other, message: "a parameter is not of the form $1: \(sql)")
    }
  }

  deinit { sqlite3_finalize(handle) }

  var isBusy: Bool { sqlite3_stmt_busy(handle) != 0 }
  var row: SQLiteRow { SQLiteRow(handle: handle) }

  /// Makes it ready for its next use. Errors are those that `step` has reported already.
  func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func bind(_ parameters: [DatabaseValue]) throws {
    guard parameters.count == parameterCount else {
      let sql = sqlite3_sql(handle).map { String(cString: $0) } ?? ""
      throw DatabaseError(
        code: .other, message: "\(parameters.count) parameters for a statement of \(parameterCount): \(sql)")
    }
    for (position, index) in order.enumerated() {
      let code = bind(parameters[index], at: Int32(position + 1))
      guard code == SQLITE_OK else { throw DatabaseError(sqlite: code, connection, context: "parameter $\(index + 1)") }
    }
  }

  private func bind(_ value: DatabaseValue, at position: Int32) -> Int32 {
    // SQLITE_TRANSIENT, which makes SQLite copy the bytes, is a cast of -1 that Swift does not import.
    let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    switch value {
    case .null: return sqlite3_bind_null(handle, position)
    case .integer(let number): return sqlite3_bind_int64(handle, position, number)
    case .text(var text):
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          // An empty text has no address, which SQLite would take for NULL.
          guard let start = characters.baseAddress else { return sqlite3_bind_text(handle, position, "", 0, copy) }
          return sqlite3_bind_text64(
            handle, position, start, UInt64(characters.count), copy, UInt8(SQLITE_UTF8))
        }
      }
    case .bytes(let bytes):
      if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, position, 0) }
      return bytes.withUnsafeBytes {
        sqlite3_bind_blob64(handle, position, $0.baseAddress, UInt64($0.count), copy)
      }
    }
  }

  /// True where there is a row to read.
  func step() throws -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      throw DatabaseError(sqlite: code, connection, context: sqlite3_sql(handle).map { String(cString: $0) } ?? "")
    }
  }
}

/// The row that a statement stands on, read straight from SQLite.
struct SQLiteRow: DatabaseRow {
  fileprivate let handle: OpaquePointer

  func integer(_ column: Int) -> Int64? {
    guard let column = Int32(exactly: column), sqlite3_column_type(handle, column) == SQLITE_INTEGER else { return nil }
    return sqlite3_column_int64(handle, column)
  }

  func text(_ column: Int) -> String? {
    guard let column = Int32(exactly: column), sqlite3_column_type(handle, column) == SQLITE_TEXT,
      let start = sqlite3_column_text(handle, column)
    else { return nil }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func bytes(_ column: Int) -> [UInt8]? {
    guard let column = Int32(exactly: column), sqlite3_column_type(handle, column) == SQLITE_BLOB else { return nil }
    let count = Int(sqlite3_column_bytes(handle, column))
    guard count > 0, let start = sqlite3_column_blob(handle, column) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }
}
