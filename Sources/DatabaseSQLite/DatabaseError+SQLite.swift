internal import CSQLite
internal import Glibc
internal import Store

extension DatabaseError {
  /// What SQLite answered on `connection`, with the file or statement concerned.
  init(sqlite code: Int32, _ connection: OpaquePointer, context: String) {
    let words = sqlite3_errmsg(connection).map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
    // Only a failed write says FULL; a failed extension of the shared memory says IOERR.
    let isFull = code & 0xFF == SQLITE_IOERR && [ENOSPC, EDQUOT].contains(sqlite3_system_errno(connection))
    let code = isFull ? SQLITE_FULL : code
    self.init(code: Self.code(code), message: Self.advice(code, words) + " (\(context.prefix(300)))")
  }

  private static func code(_ code: Int32) -> Code {
    switch code & 0xFF {
    case SQLITE_CONSTRAINT: .constraint
    case SQLITE_FULL: .full
    case SQLITE_BUSY, SQLITE_LOCKED: .locked
    case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_IOERR, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH:
      .unavailable
    default: .other
    }
  }

  private static func advice(_ code: Int32, _ words: String) -> String {
    switch code & 0xFF {
    case SQLITE_FULL: "the disk is full: free some space; nothing was stored"
    case SQLITE_BUSY: "another process holds the database: \(words)"
    case SQLITE_NOTADB: "the file is not a SQLite database; move it away to begin with an empty one"
    case SQLITE_CORRUPT: "the database is damaged: \(words); restore it from a backup"
    default: words
    }
  }
}
