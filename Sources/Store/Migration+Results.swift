extension Migration {
  /// What was found in logs and reports. `results` of a job and a build are the counts (`ResultText`), NULL where
  /// nothing was found; `lineage` is the same for builds that follow each other (`buildLineage`), and tells which one a
  /// build's messages are compared with. `place` counts within the job, so that what is reported twice is stored once.
  /// `sort` orders a build's tests: failing ones first.
  static let results = Migration(number: 7, name: "results") { dialect in
    [
      "ALTER TABLE builds ADD COLUMN results TEXT",
      "ALTER TABLE builds ADD COLUMN lineage BIGINT",
      "CREATE INDEX builds_lineage ON builds (owner, lineage, id) WHERE lineage IS NOT NULL",
      "ALTER TABLE jobs ADD COLUMN results TEXT",
      """
      CREATE TABLE messages (
        id \(dialect.identity), build BIGINT NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
        job BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, owner BIGINT NOT NULL REFERENCES users (id),
        place BIGINT NOT NULL, severity TEXT NOT NULL, file TEXT NOT NULL, line BIGINT, file_column BIGINT,
        text TEXT NOT NULL, option TEXT, log_line BIGINT NOT NULL, fingerprint BIGINT NOT NULL,
        is_new BIGINT NOT NULL DEFAULT 0, UNIQUE (job, place))
      """,
      "CREATE INDEX messages_build ON messages (build, id)",
      """
      CREATE TABLE tests (
        id \(dialect.identity), build BIGINT NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
        job BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, owner BIGINT NOT NULL REFERENCES users (id),
        place BIGINT NOT NULL, sort BIGINT NOT NULL, suite TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
        duration_us BIGINT, message TEXT, UNIQUE (job, place), UNIQUE (build, sort))
      """,
    ]
  }
}
