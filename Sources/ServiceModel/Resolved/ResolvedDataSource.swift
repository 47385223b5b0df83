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
