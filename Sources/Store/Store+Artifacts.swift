public import Model

/// An artifact as it is stored, also after its bytes were deleted.
public struct StoredArtifact: Sendable, Hashable {
  /// The artifact.
  public var artifact: Artifact
  /// The folder of the artifact repository that it was put in.
  public var folder: String
  /// Nil while its bytes are kept.
  public var deletion: ArtifactDeletion?

  /// An artifact as stored.
  public init(artifact: Artifact, folder: String, deletion: ArtifactDeletion? = nil) {
    self.artifact = artifact
    self.folder = folder
    self.deletion = deletion
  }
}

/// When and why an artifact's bytes were deleted.
public struct ArtifactDeletion: Sendable, Hashable {
  /// When.
  public var at: Timestamp
  /// Why, for people.
  public var reason: String

  /// A deletion.
  public init(at: Timestamp, reason: String) {
    self.at = at
    self.reason = reason
  }
}

extension Store {
  /// An artifact by build and name, deleted or not; nil where the owner has none.
  public func artifact(of build: BuildID, name: String, owner: UserID) async throws -> StoredArtifact? {
    try await database.read {
      try $0.first(
        "SELECT \(StoredArtifact.columns) FROM artifacts a WHERE a.build = $1 AND a.name = $2 AND a.owner = $3",
        [.integer(build.rawValue), .text(name), .integer(owner.rawValue)], StoredArtifact.init(row:))
    }
  }

  /// An artifact by its place in the artifact repository: `folder` is a commit, or `build-<id>`. Of several builds of
  /// one commit the newest that has the artifact wins, and one whose bytes are kept before one whose are not.
  public func artifact(inFolder folder: String, name: String, owner: UserID) async throws -> StoredArtifact? {
    if folder.hasPrefix("build-"), let id = Int64(folder.dropFirst(6)) {
      return try await artifact(of: BuildID(rawValue: id), name: name, owner: owner)
    }
    return try await database.read { connection in
      var newest: StoredArtifact?
      try connection.query(
        """
        SELECT \(StoredArtifact.columns) FROM builds b JOIN artifacts a ON a.build = b.id AND a.name = $3
        WHERE b.owner = $1 AND b.commit_hash = $2 ORDER BY b.id DESC LIMIT 100
        """, [.integer(owner.rawValue), .text(folder), .text(name)]
      ) { row in
        if newest != nil && newest?.deletion == nil { return }
        let artifact = try StoredArtifact(row: row)
        if newest == nil || artifact.deletion == nil { newest = artifact }
      }
      return newest
    }
  }
}
