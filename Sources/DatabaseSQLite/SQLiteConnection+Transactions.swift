internal import Store

extension SQLiteConnection: WriterConnection {
  func begin() throws { try execute("BEGIN IMMEDIATE", []) }
  func commit() throws { try execute("COMMIT", []) }
  /// What failed here fails again.
  func mayRepeat(after error: any Error) -> Bool { false }
}

extension SQLiteConnection: ReaderConnection {
  func read<Result>(_ body: (any DatabaseConnection) throws -> Result) throws -> Result {
    try execute("BEGIN", [])
    do {
      let result = try body(self)
      try execute("COMMIT", [])
      return result
    } catch {
      // Nothing to lose in a transaction that only reads; the body's error is the one that matters.
      if isInTransaction { _ = try? execute("ROLLBACK", []) }
      throw error
    }
  }
}
