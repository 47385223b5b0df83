public import Model

extension Store {
  /// Stores a token for a cache by the SHA-256 of its text (32 bytes).
  public func createCacheToken(
    of cache: CacheID, permission: CachePermission, hash: [UInt8], comment: String, at now: Timestamp
  ) async throws -> CacheToken {
    let id = try await database.write { connection in
      try connection.first(
        """
        INSERT INTO cache_tokens (cache, owner, permission, hash, comment, created_at)
        SELECT id, owner, $2, $3, $4, $5 FROM caches WHERE id = $1 RETURNING id
        """,
        [
          .integer(cache.rawValue), .text(permission.rawValue), .bytes(hash), .text(comment),
          .integer(now.milliseconds),
        ]
      ) { $0.integer(0) ?? 0 }
    }
    guard let id else { throw StoreError.missing(table: "caches", id: cache.rawValue) }
    return CacheToken(
      id: TokenID(rawValue: id), cache: cache, permission: permission, comment: comment, createdAt: now)
  }

  /// The token with this SHA-256; nil where there is none.
  public func findCacheToken(hash: [UInt8]) async throws -> CacheToken? {
    try await database.read {
      try $0.first(CacheToken.selection + "WHERE hash = $1", [.bytes(hash)], CacheToken.init(row:))
    }
  }

  /// The tokens of a cache, newest first.
  public func cacheTokens(of cache: CacheID) async throws -> [CacheToken] {
    try await database.read {
      try $0.all(
        CacheToken.selection + "WHERE cache = $1 ORDER BY id DESC", [.integer(cache.rawValue)], CacheToken.init(row:))
    }
  }

  /// Takes a token away for ever. False where the cache has none with this number.
  public func removeCacheToken(_ id: TokenID, of cache: CacheID) async throws -> Bool {
    try await database.write {
      try $0.execute(
        "DELETE FROM cache_tokens WHERE id = $1 AND cache = $2", [.integer(id.rawValue), .integer(cache.rawValue)]) > 0
    }
  }

  /// Notes a use, where the last noted one is older than `tokenUseResolution`; otherwise does nothing.
  public func noteUse(of token: CacheToken, at now: Timestamp) async throws {
    if let last = token.lastUsedAt, now < last + Self.tokenUseResolution { return }
    try await database.write {
      _ = try $0.execute(
        "UPDATE cache_tokens SET last_used_at = $1 WHERE id = $2",
        [.integer(now.milliseconds), .integer(token.id.rawValue)])
    }
  }
}

extension CacheToken {
  fileprivate static let selection =
    "SELECT id, cache, permission, comment, created_at, last_used_at FROM cache_tokens "

  fileprivate init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let cache = row.integer(1),
      let permission = row.text(2).flatMap(CachePermission.init),
      let comment = row.text(3), let created = row.time(4)
    else {
      throw StoreError.damaged(table: "cache_tokens", id: row.integer(0) ?? 0, detail: "unknown or missing value")
    }
    self.init(
      id: TokenID(rawValue: id), cache: CacheID(rawValue: cache), permission: permission, comment: comment,
      createdAt: created, lastUsedAt: row.time(5))
  }
}
