public import Model

extension Store {
  /// The newest schema that this version knows.
  public static var knownSchema: Int64 { Migration.all.last?.number ?? 0 }

  /// Brings the database to the newest schema, in one transaction. Returns how many steps it took.
  /// Throws `StoreError.newerSchema`, and changes nothing, where a newer version has written the database, and
  /// `StoreError.otherKey` where its secrets were sealed with another key.
  @discardableResult
  public func migrate(at now: Timestamp) async throws -> Int {
    let dialect = database.dialect
    let sealer = sealer
    return try await database.write { connection in
      let found = try connection.migrations()
      let newest = found.last ?? 0
      guard newest != CopyMark.number else { throw StoreError.unfinishedCopy }
      guard newest <= Self.knownSchema else { throw StoreError.newerSchema(found: newest, known: Self.knownSchema) }
      let missing = Migration.all.filter { !found.contains($0.number) }
      for migration in missing {
        try connection.make(migration, dialect, at: now)
        try migration.rows(connection, sealer)
      }
      try connection.checkKey(of: sealer)
      return missing.count
    }
  }
}

extension DatabaseConnection {
  /// The numbers of the steps that were taken, in order.
  fileprivate func migrations() throws -> [Int64] {
    try execute(
      """
      CREATE TABLE IF NOT EXISTS migrations (
        number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)
      """, [])
    return try all("SELECT number FROM migrations ORDER BY number") { $0.integer(0) ?? 0 }
  }

  fileprivate func make(_ migration: Migration, _ dialect: DatabaseDialect, at now: Timestamp) throws {
    for statement in migration.statements(dialect) { try execute(statement, []) }
    try execute(
      "INSERT INTO migrations (number, name, applied_at) VALUES ($1, $2, $3)",
      [.integer(migration.number), .text(migration.name), .integer(now.milliseconds)])
  }

  /// Makes all tables in an empty database, without a row of an installation's own.
  func makeSchema(_ dialect: DatabaseDialect, at now: Timestamp) throws {
    _ = try migrations()
    for migration in Migration.all { try make(migration, dialect, at: now) }
  }
}
