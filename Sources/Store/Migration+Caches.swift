extension Migration {
  /// Binary caches for Nix. A path's NAR is content of the artifact store by `file_hash`; hashes are hexadecimal, lists of
  /// text as `TextFields` writes them. `last_key` counts the keys that were named by the server. `used_at` is when the
  /// path was last asked for, to within an hour. A row of `cache_uploads` says that the upload is complete, so that a
  /// repeated completion can be answered.
  static let caches = Migration(number: 9, name: "binary caches") { dialect in
    [
      """
      CREATE TABLE caches (
        id \(dialect.identity), owner BIGINT NOT NULL REFERENCES users (id), name TEXT NOT NULL UNIQUE,
        public BIGINT NOT NULL, priority BIGINT NOT NULL, compression TEXT NOT NULL, created_at BIGINT NOT NULL,
        last_key BIGINT NOT NULL DEFAULT 0, keep_seconds BIGINT, keep_bytes BIGINT,
        path_count BIGINT NOT NULL DEFAULT 0, byte_count BIGINT NOT NULL DEFAULT 0,
        hits BIGINT NOT NULL DEFAULT 0, misses BIGINT NOT NULL DEFAULT 0, downloads BIGINT NOT NULL DEFAULT 0,
        downloaded_bytes BIGINT NOT NULL DEFAULT 0, uploads BIGINT NOT NULL DEFAULT 0,
        uploaded_bytes BIGINT NOT NULL DEFAULT 0, collected_paths BIGINT NOT NULL DEFAULT 0,
        collected_bytes BIGINT NOT NULL DEFAULT 0)
      """,
      "CREATE INDEX caches_owner ON caches (owner, name)",
      """
      CREATE TABLE cache_keys (
        id \(dialect.identity), cache BIGINT NOT NULL REFERENCES caches (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), name TEXT NOT NULL, public_key \(dialect.bytes) NOT NULL,
        secret \(dialect.bytes), created_at BIGINT NOT NULL, UNIQUE (cache, name))
      """,
      "CREATE INDEX cache_keys_cache ON cache_keys (cache, id)",
      """
      CREATE TABLE cache_tokens (
        id \(dialect.identity), cache BIGINT NOT NULL REFERENCES caches (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), permission TEXT NOT NULL, hash \(dialect.bytes) NOT NULL UNIQUE,
        comment TEXT NOT NULL, created_at BIGINT NOT NULL, last_used_at BIGINT)
      """,
      "CREATE INDEX cache_tokens_cache ON cache_tokens (cache, id)",
      """
      CREATE TABLE cache_paths (
        id \(dialect.identity), cache BIGINT NOT NULL REFERENCES caches (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), hash TEXT NOT NULL, name TEXT NOT NULL, nar_hash TEXT NOT NULL,
        nar_size BIGINT NOT NULL, file_hash TEXT NOT NULL, file_size BIGINT NOT NULL, compression TEXT NOT NULL,
        refs TEXT NOT NULL, deriver TEXT, signatures TEXT NOT NULL, created_at BIGINT NOT NULL, used_at BIGINT NOT NULL,
        pinned BIGINT NOT NULL DEFAULT 0, UNIQUE (cache, hash))
      """,
      "CREATE INDEX cache_paths_content ON cache_paths (file_hash, cache)",
      "CREATE INDEX cache_paths_list ON cache_paths (cache, id)",
      """
      CREATE TABLE cache_uploads (
        nar TEXT NOT NULL PRIMARY KEY, cache BIGINT NOT NULL REFERENCES caches (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), completed_at BIGINT NOT NULL)
      """,
      "CREATE INDEX cache_uploads_cache ON cache_uploads (cache)",
      "CREATE INDEX cache_uploads_time ON cache_uploads (completed_at)",
      "CREATE TABLE cache_secrets (name TEXT NOT NULL PRIMARY KEY, secret \(dialect.bytes) NOT NULL)",
    ]
  }
}
