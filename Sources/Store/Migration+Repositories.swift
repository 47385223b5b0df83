extension Migration {
  /// Registered repositories and their refs. `url` is what people see; `address` is what git is given, sealed, and empty
  /// where that is the same. A build knows the repository and the ref that it was queued for; `program` is the kind of file
  /// and the processor that an artifact is for.
  static let repositories = Migration(number: 3, name: "repositories") { dialect in
    [
      """
      CREATE TABLE repositories (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id),
        namespace BIGINT REFERENCES namespaces (id), url TEXT NOT NULL, address \(dialect.bytes) NOT NULL,
        watch_type TEXT NOT NULL, watch_pattern TEXT NOT NULL, every_ms BIGINT NOT NULL,
        enabled BIGINT NOT NULL DEFAULT 1, manifest TEXT, webhook_secret \(dialect.bytes), created_at BIGINT NOT NULL,
        checked_at BIGINT, next_check_at BIGINT, error TEXT, error_since BIGINT, failures BIGINT NOT NULL DEFAULT 0,
        UNIQUE (owner, url, watch_type, watch_pattern))
      """,
      "CREATE INDEX repositories_owner ON repositories (owner, id)",
      "CREATE INDEX repositories_due ON repositories (next_check_at) WHERE enabled = 1",
      """
      CREATE TABLE repository_refs (
        repository BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), name TEXT NOT NULL, commit_hash TEXT NOT NULL,
        moved_at BIGINT NOT NULL, deleted_at BIGINT, build BIGINT REFERENCES builds (id) ON DELETE SET NULL,
        PRIMARY KEY (repository, name))
      """,
      "ALTER TABLE builds ADD COLUMN repository BIGINT REFERENCES repositories (id) ON DELETE SET NULL",
      "ALTER TABLE builds ADD COLUMN ref TEXT",
      "CREATE INDEX builds_repository ON builds (repository, ref, id) WHERE repository IS NOT NULL",
      "ALTER TABLE artifacts ADD COLUMN kind TEXT",
      "ALTER TABLE artifacts ADD COLUMN architecture TEXT",
    ]
  }

  /// What a check has to tell people, and indices for pages: repositories by name, their last build, their newest ref; and
  /// the refs of a build, for when that is deleted.
  static let repositoryPages = Migration(number: 5, name: "pages of repositories") { _ in
    [
      "ALTER TABLE repositories ADD COLUMN notice TEXT",
      "CREATE INDEX repositories_url ON repositories (owner, url, id)",
      "CREATE INDEX repository_refs_moved ON repository_refs (repository, moved_at) WHERE deleted_at IS NULL",
      "CREATE INDEX builds_of_repository ON builds (owner, repository, id) WHERE repository IS NOT NULL",
      "CREATE INDEX repository_refs_build ON repository_refs (build) WHERE build IS NOT NULL",
    ]
  }
}
