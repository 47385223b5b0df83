/// A data source of a resolved service.
public struct ResolvedDataSource: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What it is.
  public let kind: DataSourceType
  /// Its tables in the order of the document; only PostgreSQL has any.
  public let tables: [ResolvedTable]

  /// The variable of the environment that holds its URL: `SHOPDB_URL`. `postgres://...`, `redis://...`, or
  /// `s3://key:secret@host/bucket?endpoint=...`.
  public var variable: String { name.uppercased() + "_URL" }
}

/// A table, whose rows are the type `entity.<name>`.
public struct ResolvedTable: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// Its columns in order.
  public let columns: [ResolvedColumn]

  /// The columns of the primary key in order; empty where there is none.
  public var primaryKey: [ResolvedColumn] { columns.filter(\.isPrimaryKey) }

  /// The column of this name.
  public func column(_ name: String) -> ResolvedColumn? { columns.first { $0.name == name } }
}

/// A column of a table.
public struct ResolvedColumn: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// Its type.
  public let type: ScalarType
  /// True for a column of the primary key.
  public let isPrimaryKey: Bool
  /// True where NULL is allowed; never of the primary key.
  public let isNullable: Bool
  /// True where no two rows have the same value; the only column of a primary key is that anyhow.
  public let isUnique: Bool
  /// What rows get that give no value; nil for NULL, or for an error where NULL is not allowed.
  public let defaultValue: ColumnDefault?
}

/// The value of a column where a row gives none.
public enum ColumnDefault: Sendable, Hashable {
  /// A value in the notation of the column's type: `0`, `true`, `{"a": 1}`, `2024-01-01T00:00:00Z`; bytes in base 64.
  case literal(String)
  /// The moment of the insertion: `now()`.
  case now
  /// A random UUID: `gen_random_uuid()`; also that of a UUID that alone is the primary key.
  case randomUUID
  /// The next number, for an integer that alone is the primary key.
  case identity
}
