/// A query of PostgreSQL, ready to be sent.
public struct SQLQuery: Sendable, Hashable {
  /// What it does.
  public let kind: QueryKind
  /// The table; nil for a raw query.
  public let table: String?
  /// The statement with `$1`, `$2`, ...; names of tables and columns are quoted.
  public let statement: String
  /// The fields of the request that `$1`, `$2`, ... stand for, in order. One may stand twice.
  public let parameters: [String]
  /// What comes back.
  public let outcome: SQLOutcome
}
