internal import Crypto
public import Model

extension Store {
  /// The owner's data sources by name.
  public func dataSources(owner: UserID) async throws -> [DataSource] {
    let sealer = sealer
    return try await database.read { connection in
      try connection.all(
        "SELECT \(DataSource.columns) FROM data_sources WHERE owner = $1 ORDER BY name", [.integer(owner.rawValue)]
      ) { try DataSource(row: $0, sealer) }
    }
  }

  /// The owner's data source of this name; nil where there is none.
  public func dataSource(named name: String, owner: UserID) async throws -> DataSource? {
    let sealer = sealer
    return try await database.read { connection in
      try connection.first(
        "SELECT \(DataSource.columns) FROM data_sources WHERE owner = $1 AND name = $2",
        [.integer(owner.rawValue), .text(name)]
      ) { try DataSource(row: $0, sealer) }
    }
  }

  /// Makes data sources; those whose names the owner has already stay as they are. Returns the names that were made.
  public func createDataSources(_ sources: [DataSource], owner: UserID) async throws -> [String] {
    let rows = try sources.map { ($0, try sealer.seal($0.connection, for: .dataSourceConnection)) }
    return try await database.write { connection in
      try rows.filter { source, sealed in
        try connection.execute(
          """
          INSERT INTO data_sources (owner, name, type, connection, tables, created_at, saved_at)
          VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (owner, name) DO NOTHING
          """,
          [
            .integer(owner.rawValue), .text(source.name), .text(source.type), .bytes(sealed), .text(source.tables),
            .integer(source.createdAt.milliseconds), .integer(source.savedAt.milliseconds),
          ]) > 0
      }.map(\.0.name)
    }
  }

  /// Saves a data source anew. False where there is none of its name.
  public func saveDataSource(_ source: DataSource, owner: UserID) async throws -> Bool {
    let sealed = try sealer.seal(source.connection, for: .dataSourceConnection)
    return try await database.write {
      try $0.execute(
        "UPDATE data_sources SET connection = $3, tables = $4, saved_at = $5 WHERE owner = $1 AND name = $2",
        [
          .integer(owner.rawValue), .text(source.name), .bytes(sealed), .text(source.tables),
          .integer(source.savedAt.milliseconds),
        ]) > 0
    }
  }

  /// Deletes a data source. False where there is none of this name.
  public func deleteDataSource(named name: String, owner: UserID) async throws -> Bool {
    try await database.write {
      try $0.execute(
        "DELETE FROM data_sources WHERE owner = $1 AND name = $2", [.integer(owner.rawValue), .text(name)]) > 0
    }
  }
}
