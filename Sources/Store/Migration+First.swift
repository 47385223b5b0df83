extension Migration {
  /// Users, tokens, namespaces, builds, jobs, artifacts, agents. Every row has an owner; what belongs to a build may
  /// have a namespace through it. Sizes are bytes, times milliseconds since 1970, truth values 0 and 1.
  static let first = Migration(number: 1, name: "builds") { dialect in
    people(dialect) + builds(dialect) + results(dialect)
  }

  private static func people(_ dialect: DatabaseDialect) -> [String] {
    [
      """
      CREATE TABLE users (
        id \(dialect.identity), name TEXT NOT NULL UNIQUE, created_at BIGINT NOT NULL,
        last_number BIGINT NOT NULL DEFAULT 0, served BIGINT NOT NULL DEFAULT 0,
        artifact_limit BIGINT, artifact_bytes BIGINT NOT NULL DEFAULT 0)
      """,
      """
      CREATE TABLE tokens (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE, kind TEXT NOT NULL,
        hash \(dialect.bytes) NOT NULL UNIQUE, comment TEXT NOT NULL, created_at BIGINT NOT NULL,
        last_used_at BIGINT, expires_at BIGINT, revoked_at BIGINT)
      """,
      "CREATE INDEX tokens_owner ON tokens (owner, id)",
      "CREATE INDEX tokens_expiry ON tokens (kind, expires_at)",
      """
      CREATE TABLE namespaces (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id), path TEXT NOT NULL,
        visibility TEXT NOT NULL DEFAULT 'private', served BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL,
        UNIQUE (owner, path))
      """,
      """
      CREATE TABLE agents (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id), namespace BIGINT REFERENCES namespaces (id),
        name TEXT NOT NULL, drivers TEXT NOT NULL, created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL,
        UNIQUE (owner, name))
      """,
    ]
  }

  /// `search` is last, so that lists do not read past it. `requeued` puts a build before all others; `stop_reason` is
  /// why the server wants it to end. `claimed_at` is when the present attempt began, `started_at` the first.
  private static func builds(_ dialect: DatabaseDialect) -> [String] {
    [
      """
      CREATE TABLE builds (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id),
        namespace BIGINT REFERENCES namespaces (id), number BIGINT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
        pinned BIGINT NOT NULL DEFAULT 0, attempt BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL,
        started_at BIGINT, finished_at BIGINT, trigger_type TEXT NOT NULL, trigger_comment TEXT, trigger_data TEXT,
        tags TEXT, commit_hash TEXT, reason TEXT,
        driver TEXT NOT NULL, timeout_ms BIGINT NOT NULL, requeued BIGINT NOT NULL DEFAULT 0,
        fence BIGINT NOT NULL DEFAULT 0, agent TEXT, agent_instance TEXT, claimed_at BIGINT, lease_until BIGINT,
        stop_reason TEXT, search TEXT NOT NULL)
      """,
      "CREATE UNIQUE INDEX builds_number ON builds (owner, number)",
      "CREATE INDEX builds_owner ON builds (owner, id)",
      "CREATE INDEX builds_status ON builds (owner, status, id)",
      "CREATE INDEX builds_kind ON builds (owner, kind, id)",
      "CREATE INDEX builds_namespace ON builds (owner, namespace, id)",
      "CREATE INDEX builds_commit ON builds (owner, commit_hash, id) WHERE commit_hash IS NOT NULL",
      "CREATE INDEX builds_queued ON builds (status, id) WHERE status = 'queued'",
      "CREATE INDEX builds_running ON builds (status, id) WHERE status = 'running'",
      """
      CREATE TABLE build_plans (
        build BIGINT NOT NULL PRIMARY KEY REFERENCES builds (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), manifest TEXT NOT NULL, plan TEXT NOT NULL)
      """,
      """
      CREATE TABLE build_tags (
        build BIGINT NOT NULL REFERENCES builds (id) ON DELETE CASCADE, owner BIGINT NOT NULL REFERENCES users (id),
        tag TEXT NOT NULL, PRIMARY KEY (build, tag))
      """,
      "CREATE INDEX build_tags_tag ON build_tags (owner, tag, build)",
    ]
  }

  /// `garbage` names content that an artifact referred to until it was deleted or replaced, written in the same
  /// transaction: whoever removes the bytes takes the row away afterwards, so that none are forgotten in a crash.
  /// A job that had ended when its build was begun anew keeps its row and its log; `superseded` names the row that
  /// stands in its place, and is 0 in the rows that count.
  private static func results(_ dialect: DatabaseDialect) -> [String] {
    [
      """
      CREATE TABLE jobs (
        id \(dialect.identity), build BIGINT NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), position BIGINT NOT NULL, stage TEXT NOT NULL, name TEXT NOT NULL,
        status TEXT NOT NULL, exit_code BIGINT, log_size BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL,
        started_at BIGINT, finished_at BIGINT, superseded BIGINT NOT NULL DEFAULT 0)
      """,
      "CREATE UNIQUE INDEX jobs_build ON jobs (build, superseded, position)",
      """
      CREATE TABLE artifacts (
        id \(dialect.identity), build BIGINT NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
        job BIGINT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, owner BIGINT NOT NULL REFERENCES users (id),
        name TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL, md5 TEXT NOT NULL, size BIGINT NOT NULL,
        permissions BIGINT NOT NULL, folder TEXT NOT NULL, created_at BIGINT NOT NULL, deleted_at BIGINT,
        deleted_reason TEXT, UNIQUE (build, name))
      """,
      """
      CREATE TABLE garbage (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id), sha256 TEXT NOT NULL,
        folder TEXT NOT NULL, name TEXT NOT NULL)
      """,
      "CREATE INDEX artifacts_job ON artifacts (job)",
      "CREATE INDEX artifacts_kept ON artifacts (owner, id) WHERE deleted_at IS NULL",
      "CREATE INDEX artifacts_place ON artifacts (folder, name) WHERE deleted_at IS NULL",
      "CREATE INDEX artifacts_content ON artifacts (sha256) WHERE deleted_at IS NULL",
    ]
  }
}
