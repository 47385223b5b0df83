public import Model
internal import NixFormat

/// What a collection has to know of a path.
public struct CollectablePath: Sendable, Hashable {
  /// Its row.
  public var id: Int64
  /// Its hash.
  public var hash: String
  /// The hashes of what it refers to.
  public var references: [String]
  /// Bytes of its compressed NAR.
  public var size: Int64
  /// When it was last asked for, to within an hour.
  public var usedAt: Timestamp
  /// True where it stays, with all that it refers to.
  public var isPinned: Bool

  /// A path.
  public init(
    id: Int64, hash: String, references: [String], size: Int64, usedAt: Timestamp, isPinned: Bool = false
  ) {
    self.id = id
    self.hash = hash
    self.references = references
    self.size = size
    self.usedAt = usedAt
    self.isPinned = isPinned
  }
}

/// What a collection has freed.
public struct CacheCollection: Sendable, Hashable {
  /// The paths that are gone.
  public var hashes: [String] = []
  /// Bytes of content that nothing refers to any more.
  public var freedBytes: Int64 = 0

  /// Nothing.
  public init() {}
}

extension Store {
  /// All paths of a cache, with what a collection has to know of them.
  public func collectablePaths(of cache: CacheID) async throws -> [CollectablePath] {
    try await database.read {
      try $0.all(
        "SELECT id, hash, refs, file_size, used_at, pinned FROM cache_paths WHERE cache = $1",
        [.integer(cache.rawValue)]
      ) { row in
        CollectablePath(
          id: row.integer(0) ?? 0, hash: row.text(1) ?? "",
          references: TextFields.list(row.text(2) ?? "").map { String($0.prefix(32)) },
          size: row.integer(3) ?? 0, usedAt: row.time(4) ?? Timestamp(milliseconds: 0), isPinned: row.integer(5) == 1)
      }
    }
  }

  /// Deletes paths by their rows, in one transaction, and says what that frees; their content becomes garbage. Those
  /// that were pinned meanwhile stay. With `dryRun`, nothing is changed.
  public func deletePaths(
    _ ids: [Int64], of cache: CacheID, collecting: Bool = true, dryRun: Bool = false
  ) async throws -> CacheCollection {
    do {
      return try await database.write { connection in
        var collection = CacheCollection()
        for id in ids { try connection.delete(id, of: cache, into: &collection, evenPinned: !collecting) }
        if dryRun { throw DryRun(collection: collection) }
        if collecting { try connection.count(collection, cache) }
        return collection
      }
    } catch let run as DryRun {
      return run.collection
    }
  }

  /// Adds what was done with caches.
  public func addUse(_ uses: [CacheID: CacheUse]) async throws {
    if uses.isEmpty { return }
    try await database.write { connection in
      for (cache, use) in uses {
        try connection.execute(
          """
          UPDATE caches SET hits = hits + $2, misses = misses + $3, downloads = downloads + $4,
            downloaded_bytes = downloaded_bytes + $5 WHERE id = $1
          """,
          [
            .integer(cache.rawValue), .integer(use.hits), .integer(use.misses), .integer(use.downloads),
            .integer(use.downloadedBytes),
          ])
      }
    }
  }
}

/// Rolls a transaction back and carries out of it what would have happened.
private struct DryRun: Error { var collection: CacheCollection }

extension DatabaseConnection {
  fileprivate func delete(
    _ id: Int64, of cache: CacheID, into collection: inout CacheCollection, evenPinned: Bool
  ) throws {
    let deleted = try first(
      "DELETE FROM cache_paths WHERE id = $1 AND cache = $2 AND (pinned = 0 OR $3 = 1) RETURNING \(CachePath.columns)",
      [.integer(id), .integer(cache.rawValue), .integer(evenPinned ? 1 : 0)], CachePath.init(row:))
    guard let deleted else { return }
    try execute(
      "UPDATE caches SET path_count = path_count - 1, byte_count = byte_count - $2 WHERE id = $1",
      [.integer(cache.rawValue), .integer(deleted.fileSize)])
    collection.hashes.append(deleted.path.hash)
    guard try !refers(to: deleted.fileHash.hexadecimal) else { return }
    collection.freedBytes += deleted.fileSize
    if try !dropNar(deleted.fileHash) { try addContentGarbage(deleted.fileHash, of: cache) }
  }

  fileprivate func count(_ collection: CacheCollection, _ cache: CacheID) throws {
    try execute(
      """
      UPDATE caches SET collected_paths = collected_paths + $2, collected_bytes = collected_bytes + $3 WHERE id = $1
      """,
      [.integer(cache.rawValue), .integer(Int64(collection.hashes.count)), .integer(collection.freedBytes)])
  }

  /// True where a kept artifact or a cache's path has this content.
  func refers(to sha256: String) throws -> Bool {
    try first(
      """
      SELECT 1 WHERE EXISTS (SELECT 1 FROM artifacts WHERE sha256 = $1 AND deleted_at IS NULL)
        OR EXISTS (SELECT 1 FROM cache_paths WHERE file_hash = $1)
      """, [.text(sha256)]
    ) { _ in true } ?? false
  }
}
