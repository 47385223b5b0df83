/// A database, cache or bucket that components use: its kind and schema. Connection settings are never part of it;
/// they are the environment of the running service.
public struct DataSourceDefinition: Sendable, Hashable {
  /// An identifier, unique in the service.
  public var name: String
  /// As written; `kind` says whether it is known.
  public var type: String
  /// The tables of a PostgreSQL database.
  public var tables: [Table]

  /// A data source.
  public init(name: String, type: String, tables: [Table] = []) {
    self.name = name
    self.type = type
    self.tables = tables
  }

  /// What the type means; nil where it is unknown.
  public var kind: DataSourceType? { DataSourceType(rawValue: type) }

  /// The table of this name.
  public func table(_ name: String) -> Table? { tables.first { $0.name == name } }
}

/// The kinds of data sources.
public enum DataSourceType: String, Sendable, Hashable, CaseIterable, Codable {
  /// PostgreSQL.
  case postgres
  /// Redis.
  case redis
  /// A bucket of an S3 server.
  case s3
}

/// A table of a database.
public struct Table: Sendable, Hashable {
  /// Its name, also that of the rows' type: `entity.<name>`.
  public var name: String
  /// The columns in order.
  public var columns: [Column]

  /// A table.
  public init(name: String, columns: [Column] = []) {
    self.name = name
    self.columns = columns
  }

  /// The column of this name.
  public func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}

/// A column of a table.
public struct Column: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// As written; `scalarType` says whether it is known.
  public var type: String
  /// True for a column of the primary key.
  public var primaryKey: Bool
  /// True where NULL is allowed; a column of the primary key never is.
  public var nullable: Bool
  /// True where no two rows have the same value.
  public var unique: Bool
  /// The value of rows that give none, in the notation of the type, or `now()`, `gen_random_uuid()`; nil for none.
  public var defaultValue: String?

  /// A column.
  public init(
    name: String, type: String, primaryKey: Bool = false, nullable: Bool = false, unique: Bool = false,
    defaultValue: String? = nil
  ) {
    self.name = name
    self.type = type
    self.primaryKey = primaryKey
    self.nullable = nullable
    self.unique = unique
    self.defaultValue = defaultValue
  }

  /// What the type means; nil where it is unknown.
  public var scalarType: ScalarType? { ScalarType(rawValue: type) }
}
