extension Migration {
  /// Services, their drafts and saved revisions, and the data sources that they use. `connection` is sealed, whole;
  /// `tables` and documents are JSON. `draft_version` counts the drafts of a service, so that two writers are told apart.
  static let services = Migration(number: 11, name: "services") { dialect in
    [
      """
      CREATE TABLE data_sources (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id), name TEXT NOT NULL, type TEXT NOT NULL,
        connection \(dialect.bytes) NOT NULL, tables TEXT NOT NULL, created_at BIGINT NOT NULL, saved_at BIGINT NOT NULL,
        UNIQUE (owner, name))
      """,
      """
      CREATE TABLE services (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id), name TEXT NOT NULL, draft TEXT NOT NULL,
        draft_version BIGINT NOT NULL DEFAULT 1, draft_saved_at BIGINT NOT NULL, last_revision BIGINT,
        created_at BIGINT NOT NULL, UNIQUE (owner, name))
      """,
      """
      CREATE TABLE service_revisions (
        service BIGINT NOT NULL REFERENCES services (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), number BIGINT NOT NULL, document TEXT NOT NULL,
        created_at BIGINT NOT NULL, PRIMARY KEY (service, number))
      """,
    ]
  }
}
