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
