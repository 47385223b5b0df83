internal import Files
internal import Model
internal import Store

extension SQLiteConnection {
  /// Written into the file's header, so that another program's database is not taken for ours: "Wrgt".
  static let applicationID: Int64 = 0x5772_6774

  /// The connection that writes; it also makes the file and checks that it is ours.
  static func openWriter(_ path: String, _ configuration: SQLiteDatabase.Configuration) throws -> SQLiteConnection {
    try create(path)
    let connection = try SQLiteConnection(path: path, busyTimeout: configuration.busyTimeout)
    do {
      try connection.claimFile(path)
      try connection.setUp(configuration)
      try connection.execute("PRAGMA synchronous = \(configuration.survivesPowerLoss ? "FULL" : "OFF")", [])
      // What was in clear before it was sealed must not stay in free pages.
      try connection.execute("PRAGMA secure_delete = ON", [])
      // The log file is cut back to this after a checkpoint, or one large transaction would keep its size for ever.
      try connection.execute("PRAGMA journal_size_limit = 8388608", [])
      return connection
    } catch let error as DatabaseError {
      throw error.naming(path)
    }
  }

  /// A connection that cannot write.
  static func openReader(_ path: String, _ configuration: SQLiteDatabase.Configuration) throws -> SQLiteConnection {
    let connection = try SQLiteConnection(path: path, busyTimeout: configuration.busyTimeout)
    try connection.setUp(configuration)
    try connection.execute("PRAGMA query_only = ON", [])
    return connection
  }

  /// The file with our permissions; SQLite gives its log the same ones.
  private static func create(_ path: String) throws {
    do {
      _ = try FileDescriptor.open(path, .readWrite(permissions: 0o600))
    } catch {
      throw DatabaseError(
        code: error.isNoSpace ? .full : .unavailable, message: "the database cannot be opened: \(error)")
    }
  }

  private func setUp(_ configuration: SQLiteDatabase.Configuration) throws {
    try execute("PRAGMA foreign_keys = ON", [])
    try execute("PRAGMA cache_size = -\(max(64, configuration.cacheKiB))", [])
    try execute("PRAGMA temp_store = MEMORY", [])
  }

  /// Marks an empty file as ours, and refuses another program's.
  private func claimFile(_ path: String) throws {
    let tables = try integer("SELECT COUNT(*) FROM sqlite_schema")
    let id = try integer("PRAGMA application_id")
    if id != Self.applicationID {
      guard tables == 0, id == 0 else {
        throw DatabaseError(code: .unavailable, message: "it is the database of another program")
      }
      try execute("PRAGMA application_id = \(Self.applicationID)", [])
    }
    var mode = ""
    try query("PRAGMA journal_mode = WAL", []) { mode = $0.text(0) ?? "" }
    guard mode == "wal" else {
      throw DatabaseError(
        code: .unavailable, message: "its file system does not offer what the write-ahead log needs (mode \(mode))")
    }
  }

  private func integer(_ sql: String) throws -> Int64 {
    var value: Int64 = 0
    try query(sql, []) { value = $0.integer(0) ?? 0 }
    return value
  }
}

extension DatabaseError {
  /// The same error with the file's name before it.
  func naming(_ path: String) -> DatabaseError {
    message.contains(path) ? self : DatabaseError(code: code, message: "database \(path): \(message)")
  }
}
