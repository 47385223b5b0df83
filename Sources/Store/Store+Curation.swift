public import Model

/// Content and a name in the artifact repository that an artifact has referred to until now; or content alone, with an
/// empty folder, of a path of a binary cache.
public struct Garbage: Sendable, Hashable {
  /// Names the row.
  public var id: Int64
  /// The content.
  public var sha256: String
  /// The folder of the artifact repository.
  public var folder: String
  /// The name in it.
  public var name: String
}

/// A user whose artifacts exceed what is kept.
public struct ArtifactExcess: Sendable, Hashable {
  /// The user.
  public var owner: UserID
  /// Bytes over the limit.
  public var bytes: Int64

  /// An excess.
  public init(owner: UserID, bytes: Int64) {
    self.owner = owner
    self.bytes = bytes
  }
}

extension Store {
  /// Records a collected artifact under a lease, in the place of one of the same name, which becomes garbage. Returns the row and what it
  /// replaced; nil where the lease is not the build's any more.
  public func putArtifact(
    _ artifact: Artifact, folder: String, under lease: StoredLease
  ) async throws -> (stored: Artifact, replaced: StoredArtifact?)? {
    try await database.write { connection in
      guard try connection.holds(lease), let build = try connection.build(lease.build) else { return nil }
      let replaced = try connection.first(
        "SELECT \(StoredArtifact.columns) FROM artifacts a WHERE a.build = $1 AND a.name = $2",
        [.integer(lease.build.rawValue), .text(artifact.name)], StoredArtifact.init(row:))
      var stored = artifact
      stored.id = try connection.upsert(artifact, folder: folder, owner: build.owner)
      let freed = replaced.map { $0.deletion == nil ? $0.artifact.content.size : 0 } ?? 0
      try connection.addArtifactBytes(artifact.content.size - freed, to: build.owner)
      if let replaced, replaced.deletion == nil { try connection.addGarbage(replaced, owner: build.owner) }
      return (stored, replaced)
    }
  }

  /// The users whose artifacts exceed their limit, or `limit` where they have none of their own.
  public func artifactExcesses(limit: Int64) async throws -> [ArtifactExcess] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT id, artifact_bytes - COALESCE(artifact_limit, $1) FROM users
        WHERE artifact_bytes > COALESCE(artifact_limit, $1)
        """, [.integer(limit)]
      ) { ArtifactExcess(owner: UserID(rawValue: $0.integer(0) ?? 0), bytes: $0.integer(1) ?? 0) }
    }
  }

  /// The owner's oldest artifacts that may be deleted: kept, of a build that has ended and is not pinned.
  public func oldestArtifacts(owner: UserID, limit: Int = 100) async throws -> [StoredArtifact] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT \(StoredArtifact.columns) FROM artifacts a JOIN builds b ON b.id = a.build
        WHERE a.owner = $1 AND a.deleted_at IS NULL AND b.pinned = 0 AND b.finished_at IS NOT NULL
        ORDER BY a.id LIMIT $2
        """, [.integer(owner.rawValue), .integer(Int64(limit))], StoredArtifact.init(row:))
    }
  }

  /// Marks an artifact as deleted, with the reason; what it referred to becomes garbage. False where it was deleted already, replaced by other content, or
  /// its build was pinned in the meantime.
  public func markDeleted(_ stored: StoredArtifact, reason: String, at now: Timestamp) async throws -> Bool {
    let artifact = stored.artifact
    return try await database.write { connection in
      let owner = try connection.first(
        """
        UPDATE artifacts SET deleted_at = $3, deleted_reason = $4
        WHERE id = $1 AND sha256 = $2 AND deleted_at IS NULL
          AND EXISTS (SELECT 1 FROM builds b WHERE b.id = artifacts.build AND b.pinned = 0)
        RETURNING owner
        """,
        [
          .integer(artifact.id.rawValue), .text(artifact.content.sha256), .integer(now.milliseconds), .text(reason),
        ]
      ) { UserID(rawValue: $0.integer(0) ?? 0) }
      guard let owner else { return false }
      try connection.addArtifactBytes(-artifact.content.size, to: owner)
      try connection.addGarbage(stored, owner: owner)
      return true
    }
  }

  /// Garbage that is still to be looked at, oldest first.
  public func garbage(limit: Int = 100) async throws -> [Garbage] {
    try await database.read { connection in
      try connection.all(
        "SELECT id, sha256, folder, name FROM garbage ORDER BY id LIMIT $1", [.integer(Int64(limit))]
      ) { row in
        Garbage(
          id: row.integer(0) ?? 0, sha256: row.text(1) ?? "", folder: row.text(2) ?? "", name: row.text(3) ?? "")
      }
    }
  }

  /// Forgets garbage that was dealt with.
  public func removeGarbage(_ id: Int64) async throws {
    try await database.write { _ = try $0.execute("DELETE FROM garbage WHERE id = $1", [.integer(id)]) }
  }

  /// True where a kept artifact, or a path of a binary cache, has this content.
  public func isReferenced(sha256: String) async throws -> Bool {
    try await database.read { try $0.refers(to: sha256) }
  }

  /// Those of `hashes` that nothing refers to.
  public func unreferenced(_ hashes: [String]) async throws -> [String] {
    try await database.read { connection in try hashes.filter { try !connection.refers(to: $0) } }
  }

  /// The newest kept artifact of this place in the artifact repository, whoever's it is: what the tree should show.
  public func newestArtifact(inFolder folder: String, name: String) async throws -> Artifact? {
    try await database.read {
      try $0.first(
        """
        SELECT \(StoredArtifact.columns) FROM artifacts a
        WHERE a.folder = $1 AND a.name = $2 AND a.deleted_at IS NULL ORDER BY a.id DESC LIMIT 1
        """, [.text(folder), .text(name)]
      ) { try StoredArtifact(row: $0).artifact }
    }
  }
}

extension DatabaseConnection {
  fileprivate func upsert(_ artifact: Artifact, folder: String, owner: UserID) throws -> ArtifactID {
    let id = try first(
      """
      INSERT INTO artifacts (build, job, owner, name, source, sha256, md5, size, permissions, folder, created_at,
        kind, architecture)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
      ON CONFLICT (build, name) DO UPDATE SET job = $2, source = $5, sha256 = $6, md5 = $7, size = $8,
        permissions = $9, folder = $10, created_at = $11, kind = $12, architecture = $13, deleted_at = NULL, deleted_reason = NULL
      RETURNING id
      """,
      [
        .integer(artifact.build.rawValue), .integer(artifact.job.rawValue), .integer(owner.rawValue),
        .text(artifact.name), .text(artifact.source), .text(artifact.content.sha256), .text(artifact.content.md5),
        .integer(artifact.content.size), .integer(Int64(artifact.permissions)), .text(folder),
        .integer(artifact.createdAt.milliseconds), .optional(artifact.program?.kind.rawValue),
        .optional(artifact.program?.architecture),
      ]
    ) { $0.integer(0) ?? 0 }
    return ArtifactID(rawValue: id ?? 0)
  }

  fileprivate func addGarbage(_ stored: StoredArtifact, owner: UserID) throws {
    try execute(
      "INSERT INTO garbage (owner, sha256, folder, name) VALUES ($1, $2, $3, $4)",
      [
        .integer(owner.rawValue), .text(stored.artifact.content.sha256), .text(stored.folder),
        .text(stored.artifact.name),
      ])
  }

  fileprivate func addArtifactBytes(_ bytes: Int64, to owner: UserID) throws {
    try execute(
      "UPDATE users SET artifact_bytes = artifact_bytes + $2 WHERE id = $1",
      [.integer(owner.rawValue), .integer(bytes)])
  }
}
