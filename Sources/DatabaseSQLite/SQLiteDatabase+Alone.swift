internal import Store

extension SQLiteDatabase {
  /// Throws `DatabaseError` with code `locked` where anybody has the file open, and `unavailable` where it is no database
  /// of this program.
  public static func checkNobodyElse(uses path: String) throws {
    var configuration = Configuration()
    configuration.busyTimeout = .seconds(1)
    let connection = try SQLiteConnection.openWriter(path, configuration)
    defer { connection.close() }
    // To have the write-ahead log alone, SQLite needs everybody else to have closed it.
    // https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory
    try connection.query("PRAGMA locking_mode = EXCLUSIVE", []) { _ in }
    try connection.execute("BEGIN IMMEDIATE", [])
    try connection.execute("COMMIT", [])
  }
}
