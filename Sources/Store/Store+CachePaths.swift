public import Model
public import NixFormat

/// What became of a path that was pushed.
public enum CacheAddition: Sendable, Hashable {
  /// It is new.
  case added
  /// The cache had it; now it also has the new signatures, where it is the same.
  case present
}

extension Store {
  /// How old `usedAt` may become before a use is written down.
  public static let pathUseResolution: Duration = .seconds(3600)

  /// Those of `hashes` that a cache does not hold. The others count as used: whoever asks goes on as if they were there.
  public func missingPaths(_ hashes: [String], in cache: CacheID, at now: Timestamp) async throws -> [String] {
    let stale = (now + (.zero - Self.pathUseResolution)).milliseconds
    let (missing, used) = try await database.read { connection in
      var (missing, used): ([String], [Int64]) = ([], [])
      for hash in hashes {
        let row = try connection.first(
          "SELECT id, used_at FROM cache_paths WHERE cache = $1 AND hash = $2", [.integer(cache.rawValue), .text(hash)]
        ) { ($0.integer(0) ?? 0, $0.integer(1) ?? 0) }
        guard let row else {
          missing.append(hash)
          continue
        }
        if row.1 < stale { used.append(row.0) }
      }
      return (missing, used)
    }
    try await noteUse(ofPaths: used, at: now)
    return missing
  }

  /// Writes down that paths were asked for.
  public func noteUse(ofPaths ids: [Int64], at now: Timestamp) async throws {
    if ids.isEmpty { return }
    try await database.write { connection in
      for id in ids {
        try connection.execute(
          "UPDATE cache_paths SET used_at = $2 WHERE id = $1", [.integer(id), .integer(now.milliseconds)])
      }
    }
  }

  /// The path with this hash; nil where the cache has none.
  public func cachePath(_ hash: String, in cache: CacheID) async throws -> CachePath? {
    try await database.read { try $0.path(hash, in: cache) }
  }

  /// The size of a NAR's file that one of the cache's paths has; nil where none has it.
  public func narSize(_ file: NarHash, _ compression: NarInfo.Compression, in cache: CacheID) async throws -> Int64? {
    try await database.read {
      try $0.first(
        "SELECT file_size FROM cache_paths WHERE file_hash = $1 AND cache = $2 AND compression = $3 LIMIT 1",
        [.text(file.hexadecimal), .integer(cache.rawValue), .text(compression.rawValue)]
      ) { $0.integer(0) ?? 0 }
    }
  }

  /// True where this upload was completed.
  public func isCompleted(upload: String, in cache: CacheID) async throws -> Bool {
    try await database.read {
      try $0.first(
        "SELECT 1 FROM cache_uploads WHERE nar = $1 AND cache = $2", [.text(upload), .integer(cache.rawValue)]
      ) { _ in true } ?? false
    }
  }

  /// Adds a path whose content is stored, or is small and stored with it, and notes that its upload is complete. Of two
  /// that push the same path the first wins: the content of the second becomes garbage, unless it is the same.
  public func addPath(
    _ path: CachePath, content: [UInt8]? = nil, to cache: CacheID, upload: String?
  ) async throws -> CacheAddition {
    try await database.write { connection in
      if let upload {
        try connection.execute(
          """
          INSERT INTO cache_uploads (nar, cache, owner, completed_at) SELECT $2, id, owner, $3 FROM caches WHERE id = $1
          ON CONFLICT (nar) DO NOTHING
          """, [.integer(cache.rawValue), .text(upload), .integer(path.createdAt.milliseconds)])
      }
      guard let there = try connection.path(path.path.hash, in: cache) else {
        try connection.insert(path, cache)
        if let content { try connection.keepNar(content, path.fileHash, of: cache) }
        return .added
      }
      try connection.merge(path, there, cache)
      return .present
    }
  }

  /// Forgets completed uploads from before `time`.
  public func removeUploads(before time: Timestamp) async throws {
    try await database.write {
      _ = try $0.execute("DELETE FROM cache_uploads WHERE completed_at < $1", [.integer(time.milliseconds)])
    }
  }

  /// Sets whether a path is pinned. False where the cache has no such path.
  public func setPinned(_ isPinned: Bool, path hash: String, in cache: CacheID) async throws -> Bool {
    try await database.write {
      try $0.execute(
        "UPDATE cache_paths SET pinned = $3 WHERE cache = $1 AND hash = $2",
        [.integer(cache.rawValue), .text(hash), .integer(isPinned ? 1 : 0)]) > 0
    }
  }

  /// Paths of a cache, the last pushed first; `after` is the row that the page before ended with.
  public func cachePaths(
    of cache: CacheID, search: String? = nil, after: Int64? = nil, limit: Int = 50
  ) async throws -> [CachePath] {
    var (filter, parameters): (String, [DatabaseValue]) = (
      "", [.integer(cache.rawValue), .integer(after ?? .max), .integer(Int64(min(max(limit, 1), 201)))]
    )
    if let search, !search.isEmpty {
      filter = "AND LOWER('\(StorePath.directory)/' || hash || '-' || name) LIKE $4 ESCAPE '\\' "
      parameters.append(.text(SearchText.pattern(search)))
    }
    let (sql, values) = (
      "SELECT \(CachePath.columns) FROM cache_paths WHERE cache = $1 AND id < $2 \(filter)ORDER BY id DESC LIMIT $3",
      parameters
    )
    return try await database.read { try $0.all(sql, values, CachePath.init(row:)) }
  }
}

extension DatabaseConnection {
  func path(_ hash: String, in cache: CacheID) throws -> CachePath? {
    try first(
      "SELECT \(CachePath.columns) FROM cache_paths WHERE cache = $1 AND hash = $2",
      [.integer(cache.rawValue), .text(hash)], CachePath.init(row:))
  }

  fileprivate func insert(_ path: CachePath, _ cache: CacheID) throws {
    let time = DatabaseValue.integer(path.createdAt.milliseconds)
    try execute(
      """
      INSERT INTO cache_paths (cache, owner, hash, name, nar_hash, nar_size, file_hash, file_size, compression, refs,
        deriver, signatures, created_at, used_at)
      SELECT id, owner, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12 FROM caches WHERE id = $1
      """,
      [
        .integer(cache.rawValue), .text(path.path.hash), .text(path.path.name), .text(path.narHash.hexadecimal),
        .integer(path.narSize), .text(path.fileHash.hexadecimal), .integer(path.fileSize),
        .text(path.compression.rawValue), .text(TextFields.encode(path.references.map(\.baseName))),
        .optional(path.deriver?.baseName), .text(TextFields.encode(path.signatures.map(\.description))), time,
      ])
    try execute(
      """
      UPDATE caches SET path_count = path_count + 1, byte_count = byte_count + $2, uploads = uploads + 1,
        uploaded_bytes = uploaded_bytes + $2 WHERE id = $1
      """, [.integer(cache.rawValue), .integer(path.fileSize)])
  }

  fileprivate func merge(_ path: CachePath, _ there: CachePath, _ cache: CacheID) throws {
    if path.fileHash != there.fileHash { try addContentGarbage(path.fileHash, of: cache) }
    let new = path.signatures.filter { !there.signatures.contains($0) }
    guard !new.isEmpty, path.info.fingerprint == there.info.fingerprint else { return }
    try execute(
      "UPDATE cache_paths SET signatures = $2 WHERE id = $1",
      [.integer(there.id), .text(TextFields.encode((there.signatures + new).map(\.description)))])
  }

  /// Notes content that a path referred to, or would have; it is deleted where nothing else refers to it.
  func addContentGarbage(_ file: NarHash, of cache: CacheID) throws {
    try execute(
      "INSERT INTO garbage (owner, sha256, folder, name) SELECT owner, $2, '', '' FROM caches WHERE id = $1",
      [.integer(cache.rawValue), .text(file.hexadecimal)])
  }
}
