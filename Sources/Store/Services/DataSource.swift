internal import Crypto
public import Model

extension Sealer.Purpose {
  /// How data sources are reached, passwords and keys included.
  static let dataSourceConnection = Self(rawValue: "data_sources.connection")
}

/// A database or store that services use, as it was saved.
public struct DataSource: Sendable, Hashable {
  /// Unique to its owner; see `ServiceRecord.isName`.
  public var name: String
  /// `postgres`, `redis` or `s3`.
  public var type: String
  /// How it is reached, as a JSON object; holds secrets.
  public var connection: String
  /// Its tables, as a JSON array.
  public var tables: String
  /// When it was made.
  public var createdAt: Timestamp
  /// When it was last saved.
  public var savedAt: Timestamp

  /// A data source.
  public init(
    name: String, type: String, connection: String, tables: String, createdAt: Timestamp, savedAt: Timestamp
  ) {
    self.name = name
    self.type = type
    self.connection = connection
    self.tables = tables
    self.createdAt = createdAt
    self.savedAt = savedAt
  }
}

extension DataSource {
  static let columns = "name, type, connection, tables, created_at, saved_at"

  init(row: any DatabaseRow, _ sealer: Sealer) throws {
    guard let name = row.text(0), let type = row.text(1), let connection = row.bytes(2), let tables = row.text(3)
    else { throw StoreError.damaged(table: "data_sources", id: 0, detail: "a value is missing") }
    // Without the key of the installation the connection is lost, and everything else is not: it can be written anew.
    let opened = (try? sealer.open(connection, for: .dataSourceConnection)) ?? "{}"
    self.init(
      name: name, type: type, connection: opened, tables: tables,
      createdAt: Timestamp(milliseconds: row.integer(4) ?? 0), savedAt: Timestamp(milliseconds: row.integer(5) ?? 0))
  }
}
