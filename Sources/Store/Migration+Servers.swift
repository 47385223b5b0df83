extension Migration {
  /// The servers that share the database, each by the id that it keeps. `leads` is the term in which it has led last, 0
  /// for never: the one with the highest leads.
  static let servers = Migration(number: 15, name: "servers") { _ in
    [
      """
      CREATE TABLE servers (
        id TEXT NOT NULL PRIMARY KEY, address TEXT NOT NULL, version TEXT NOT NULL, schema BIGINT NOT NULL,
        started_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, leads BIGINT NOT NULL DEFAULT 0)
      """
    ]
  }
}
