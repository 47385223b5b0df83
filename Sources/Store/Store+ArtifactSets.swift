public import Model

extension Store {
  /// What `text` means: a commit, the beginning of one of at least 7 digits, or `build-<id>`; of what the owner has.
  public func artifactSet(named text: String, owner: UserID) async throws -> ArtifactSetMatch {
    if text.hasPrefix("build-"), let number = Int64(text.dropFirst(6)) {
      let id = BuildID(rawValue: number)
      return try await build(id, owner: owner) == nil ? .none : .one(.build(id))
    }
    let digits = text.lowercased()
    guard (7...64).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return .none }
    // `g` comes after every digit that may follow.
    let commits = try await database.read {
      try $0.all(
        """
        SELECT DISTINCT commit_hash FROM builds
        WHERE owner = $1 AND commit_hash >= $2 AND commit_hash < $3 ORDER BY commit_hash LIMIT 2
        """, [.integer(owner.rawValue), .text(digits), .text(digits + "g")]
      ) { $0.text(0) ?? "" }
    }
    // A whole hash of 40 digits is meant even where one of 64 begins with it.
    guard let first = commits.first else { return .none }
    return commits.count == 1 || first == digits ? .one(.commit(first)) : .several
  }

  /// A page of a set's artifacts by name, at most `limit`, after the one called `name`.
  public func artifacts(
    in set: ArtifactSet, owner: UserID, after name: String = "", limit: Int
  ) async throws -> [Artifact] {
    try await database.read {
      try $0.all(
        """
        SELECT \(StoredArtifact.columns) FROM artifacts a
        WHERE \(set.condition("a", parameter: 2)) AND a.name > $3 ORDER BY a.name LIMIT $4
        """, [.integer(owner.rawValue), set.parameter, .text(name), .integer(Int64(limit))]
      ) { try StoredArtifact(row: $0).artifact }
    }
  }

  /// An artifact by number, deleted or not; nil where the owner has none.
  public func artifact(_ id: ArtifactID, owner: UserID) async throws -> StoredArtifact? {
    try await database.read {
      try $0.first(
        "SELECT \(StoredArtifact.columns) FROM artifacts a WHERE a.id = $1 AND a.owner = $2",
        [.integer(id.rawValue), .integer(owner.rawValue)], StoredArtifact.init(row:))
    }
  }

  /// How many artifacts a set has.
  public func size(of set: ArtifactSet, owner: UserID) async throws -> ArtifactSetSize {
    try await database.read { try $0.size(of: set, owner: owner) }
  }

  /// The builds of a set, newest first, at most `limit`.
  public func builds(of set: ArtifactSet, owner: UserID, limit: Int = 50) async throws -> [Build] {
    let (condition, value): (String, DatabaseValue) =
      switch set {
      case .commit(let commit): ("b.commit_hash = $2", .text(commit))
      case .build(let id): ("b.id = $2", .integer(id.rawValue))
      }
    return try await database.read {
      try $0.all(
        Build.selection + "WHERE b.owner = $1 AND \(condition) ORDER BY b.id DESC LIMIT $3",
        [.integer(owner.rawValue), value, .integer(Int64(limit))], Build.init(row:))
    }
  }
}

extension DatabaseConnection {
  func size(of set: ArtifactSet, owner: UserID) throws -> ArtifactSetSize {
    try first(
      "SELECT COUNT(*), COALESCE(SUM(a.size), 0) FROM artifacts a WHERE \(set.condition("a", parameter: 2))",
      [.integer(owner.rawValue), set.parameter]
    ) { ArtifactSetSize(count: $0.integer(0) ?? 0, bytes: $0.integer(1) ?? 0) } ?? ArtifactSetSize(count: 0, bytes: 0)
  }
}
