public import Crypto
public import Model
internal import NixFormat

extension Sealer.Purpose {
  /// The secret keys that caches sign with.
  static let cacheKey = Self(rawValue: "cache_keys.secret")
}

extension Store {
  /// All caches of the server, or those of an owner, by name.
  public func caches(owner: UserID? = nil) async throws -> [BinaryCache] {
    try await database.read { connection in
      let all = try connection.all(
        BinaryCache.selection + (owner == nil ? "ORDER BY name" : "WHERE owner = $1 ORDER BY name"),
        owner.map { [.integer($0.rawValue)] } ?? [], BinaryCache.init(row:))
      return try all.map { try connection.withKeys($0) }
    }
  }

  /// A cache; nil where there is none.
  public func cache(_ id: CacheID) async throws -> BinaryCache? {
    try await database.read { try $0.cache(id) }
  }

  /// Makes a cache; nil where the name is taken. With `signing`, it has a key `<name>-1` and signs with it.
  public func createCache(
    _ new: NewCache, owner: UserID, signing key: SigningKey?, at now: Timestamp
  ) async throws -> BinaryCache? {
    let sealer = sealer
    return try await database.write { connection in
      let id = try connection.first(
        """
        INSERT INTO caches (owner, name, public, priority, compression, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING RETURNING id
        """,
        [
          .integer(owner.rawValue), .text(new.name), .integer(new.isPublic ? 1 : 0), .integer(new.priority),
          .text(new.compression.rawValue), .integer(now.milliseconds),
        ]
      ) { CacheID(rawValue: $0.integer(0) ?? 0) }
      guard let id else { return nil }
      if let key {
        let name = try connection.nextKeyName(of: id)
        _ = try connection.addKey(
          name, key.publicKey.bytes, secret: try sealer.seal(key.text, for: .cacheKey), to: id, at: now)
      }
      return try connection.cache(id)
    }
  }

  /// Changes a cache; nil where there is none.
  public func changeCache(_ id: CacheID, _ change: CacheChange) async throws -> BinaryCache? {
    try await database.write { connection in
      guard let old = try connection.cache(id) else { return nil }
      try connection.execute(
        """
        UPDATE caches SET public = $2, priority = $3, compression = $4, keep_seconds = $5, keep_bytes = $6
        WHERE id = $1
        """,
        [
          .integer(id.rawValue), .integer(change.isPublic ?? old.isPublic ? 1 : 0),
          .integer(change.priority ?? old.priority), .text((change.compression ?? old.compression).rawValue),
          .optional(change.keepSeconds ?? old.keepSeconds), .optional(change.keepBytes ?? old.keepBytes),
        ])
      return try connection.cache(id)
    }
  }

  /// Deletes a cache with its keys, tokens and paths; their content becomes garbage.
  public func deleteCache(_ id: CacheID) async throws {
    try await database.write { connection in
      try connection.execute(
        """
        INSERT INTO garbage (owner, sha256, folder, name)
        SELECT owner, file_hash, '', '' FROM cache_paths WHERE cache = $1
          AND NOT EXISTS (SELECT 1 FROM small_nars WHERE sha256 = file_hash)
        """, [.integer(id.rawValue)])
      try connection.dropNars(onlyOf: id)
      try connection.execute("DELETE FROM caches WHERE id = $1", [.integer(id.rawValue)])
    }
  }
}

extension Store {
  /// Registers a public key under its name, or without one under the cache's next. Nil where another key has the name.
  /// One that is there already stays as it is.
  public func addCacheKey(
    _ publicKey: PublicKey, named name: String?, to cache: CacheID, at now: Timestamp
  ) async throws -> CacheKey? {
    try await database.write { connection in
      if name == nil, let same = try connection.keys(of: cache).first(where: { $0.key.bytes == publicKey.bytes }) {
        return same
      }
      let name = try name ?? connection.nextKeyName(of: cache)
      return try connection.addKey(name, publicKey.bytes, secret: nil, to: cache, at: now)
    }
  }

  /// Takes a key away. False where the cache has none of this name.
  public func removeCacheKey(named name: String, of cache: CacheID) async throws -> Bool {
    try await database.write {
      try $0.execute(
        "DELETE FROM cache_keys WHERE cache = $1 AND name = $2", [.integer(cache.rawValue), .text(name)]) > 0
    }
  }

  /// The keys that the cache signs with, by name.
  public func signingKeys(of cache: CacheID) async throws -> [(name: String, key: SigningKey)] {
    let sealed = try await database.read {
      try $0.all(
        "SELECT name, secret FROM cache_keys WHERE cache = $1 AND secret IS NOT NULL ORDER BY id",
        [.integer(cache.rawValue)]
      ) { ($0.text(0) ?? "", $0.bytes(1) ?? []) }
    }
    return try sealed.map { name, secret in
      guard let bytes = Base64.bytes(try sealer.open(secret, for: .cacheKey)) else { throw CryptoError.notAuthentic }
      return (name, try SigningKey(secretKey: bytes))
    }
  }

  /// A secret of the server's own by its name, made of 32 random bytes where there is none.
  public func cacheSecret(named name: String) async throws -> [UInt8] {
    let purpose = Sealer.Purpose(rawValue: "cache_secrets.\(name)")
    let sealer = sealer
    let known = try await database.read { try $0.cacheSecret(name) }
    if let known { return try Self.opened(known, for: purpose, sealer) }
    let sealed = try await database.write { connection in
      try connection.execute(
        "INSERT INTO cache_secrets (name, secret) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        [.text(name), .bytes(try sealer.seal(Base64.string(SecureRandom.bytes(32)), for: purpose))])
      return try connection.cacheSecret(name)
    }
    return try Self.opened(sealed ?? [], for: purpose, sealer)
  }

  private static func opened(
    _ sealed: [UInt8], for purpose: Sealer.Purpose, _ sealer: Sealer
  ) throws(CryptoError) -> [UInt8] {
    guard let bytes = Base64.bytes(try sealer.open(sealed, for: purpose)) else { throw CryptoError.notAuthentic }
    return bytes
  }
}

extension SigningKey {
  /// As it is sealed.
  fileprivate var text: String { withSecretKey { Base64.string($0) } }
}

extension DatabaseConnection {
  fileprivate func cacheSecret(_ name: String) throws -> [UInt8]? {
    try first("SELECT secret FROM cache_secrets WHERE name = $1", [.text(name)]) { $0.bytes(0) ?? [] }
  }

  fileprivate func cache(_ id: CacheID) throws -> BinaryCache? {
    try first(BinaryCache.selection + "WHERE id = $1", [.integer(id.rawValue)], BinaryCache.init(row:)).map(withKeys)
  }

  fileprivate func withKeys(_ cache: BinaryCache) throws -> BinaryCache {
    var cache = cache
    cache.keys = try keys(of: cache.id)
    return cache
  }

  fileprivate func keys(of cache: CacheID) throws -> [CacheKey] {
    try all(
      "SELECT name, public_key, secret IS NOT NULL, created_at FROM cache_keys WHERE cache = $1 ORDER BY id",
      [.integer(cache.rawValue)]
    ) { row in
      guard let key = NarSignature(keyName: row.text(0) ?? "", bytes: row.bytes(1) ?? []) else {
        throw StoreError.damaged(table: "cache_keys", id: cache.rawValue, detail: "a key's name")
      }
      return CacheKey(
        key: key, signs: row.integer(2) == 1, createdAt: row.time(3) ?? Timestamp(milliseconds: 0))
    }
  }

  /// `<cache>-<n>` with the next number whose name is free.
  fileprivate func nextKeyName(of cache: CacheID) throws -> String {
    let taken = Set(try keys(of: cache).map(\.key.keyName))
    while true {
      let name = try first(
        "UPDATE caches SET last_key = last_key + 1 WHERE id = $1 RETURNING name || '-' || last_key",
        [.integer(cache.rawValue)]
      ) { $0.text(0) ?? "" }
      guard let name else { throw StoreError.missing(table: "caches", id: cache.rawValue) }
      if !taken.contains(name) { return name }
    }
  }

  fileprivate func addKey(
    _ name: String, _ publicKey: [UInt8], secret: [UInt8]?, to cache: CacheID, at now: Timestamp
  ) throws -> CacheKey? {
    if let there = try keys(of: cache).first(where: { $0.key.keyName == name }) {
      return there.key.bytes == publicKey ? there : nil
    }
    try execute(
      """
      INSERT INTO cache_keys (cache, owner, name, public_key, secret, created_at)
      SELECT id, owner, $2, $3, $4, $5 FROM caches WHERE id = $1
      """,
      [
        .integer(cache.rawValue), .text(name), .bytes(publicKey), secret.map { .bytes($0) } ?? .null,
        .integer(now.milliseconds),
      ])
    return try keys(of: cache).first { $0.key.keyName == name }
  }
}

extension BinaryCache {
  fileprivate static let selection = """
    SELECT id, owner, name, public, priority, compression, created_at, keep_seconds, keep_bytes, path_count, byte_count, \
    hits, misses, downloads, downloaded_bytes, uploads, uploaded_bytes, collected_paths, collected_bytes FROM caches 
    """

  fileprivate init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let owner = row.integer(1), let name = row.text(2), let priority = row.integer(4),
      let compression = row.text(5).flatMap(NarInfo.Compression.init), let created = row.time(6)
    else { throw StoreError.damaged(table: "caches", id: row.integer(0) ?? 0, detail: "unknown or missing value") }
    var use = CacheUse()
    use.hits = row.integer(11) ?? 0
    use.misses = row.integer(12) ?? 0
    use.downloads = row.integer(13) ?? 0
    use.downloadedBytes = row.integer(14) ?? 0
    use.uploads = row.integer(15) ?? 0
    use.uploadedBytes = row.integer(16) ?? 0
    use.collectedPaths = row.integer(17) ?? 0
    use.collectedBytes = row.integer(18) ?? 0
    self.init(
      id: CacheID(rawValue: id), owner: UserID(rawValue: owner), name: name, isPublic: row.integer(3) == 1,
      priority: priority, compression: compression, createdAt: created, keepSeconds: row.integer(7),
      keepBytes: row.integer(8), keys: [], pathCount: row.integer(9) ?? 0, byteCount: row.integer(10) ?? 0, use: use)
  }
}
