public import Model

extension Store {
  /// How many artifacts differ between two sets, at one moment.
  public func compare(_ before: ArtifactSet, _ after: ArtifactSet, owner: UserID) async throws -> ArtifactComparison {
    try await database.read { connection in
      let (first, second) = (
        try connection.size(of: before, owner: owner), try connection.size(of: after, owner: owner)
      )
      let both = try connection.first(
        """
        SELECT COUNT(*), COALESCE(SUM(CASE WHEN a.sha256 = o.sha256 THEN 1 ELSE 0 END), 0)
        FROM artifacts a JOIN artifacts o ON o.name = a.name
        WHERE \(before.condition("a", parameter: 2)) AND \(after.condition("o", parameter: 3))
        """, [.integer(owner.rawValue), before.parameter, after.parameter]
      ) { (all: $0.integer(0) ?? 0, same: $0.integer(1) ?? 0) }
      let (all, same) = both ?? (0, 0)
      return ArtifactComparison(
        before: first, after: second, added: second.count - all, removed: first.count - all, changed: all - same,
        unchanged: same)
    }
  }

  /// A page of the artifacts that differ in one way, by name, at most `limit`, after the one called `name`.
  public func changes(
    _ kind: ArtifactChangeKind, from before: ArtifactSet, to after: ArtifactSet, owner: UserID,
    after name: String = "", limit: Int
  ) async throws -> [ArtifactChange] {
    let (mine, other) = kind == .removed ? (before, after) : (after, before)
    let values: [DatabaseValue] = [
      .integer(owner.rawValue), mine.parameter, other.parameter, .text(name), .integer(Int64(limit)),
    ]
    let own = "\(mine.condition("a", parameter: 2)) AND a.name > $4"
    let others = other.condition("o", parameter: 3)
    let order = "ORDER BY a.name LIMIT $5"
    return try await database.read { connection in
      if kind == .changed {
        let old = StoredArtifact.columns(of: "o")
        return try connection.all(
          """
          SELECT \(StoredArtifact.columns), \(old) FROM artifacts a JOIN artifacts o ON o.name = a.name
          WHERE \(own) AND \(others) AND o.sha256 <> a.sha256 \(order)
          """, values
        ) { row in
          let after = try StoredArtifact(row: row).artifact
          let before = try StoredArtifact(row: ShiftedRow(base: row, by: StoredArtifact.columnCount)).artifact
          return ArtifactChange(name: after.name, before: before, after: after)
        }
      }
      return try connection.all(
        """
        SELECT \(StoredArtifact.columns) FROM artifacts a
        WHERE \(own) AND NOT EXISTS (SELECT 1 FROM artifacts o WHERE o.name = a.name AND \(others)) \(order)
        """, values
      ) { row in
        let artifact = try StoredArtifact(row: row).artifact
        return ArtifactChange(
          name: artifact.name, before: kind == .removed ? artifact : nil, after: kind == .added ? artifact : nil)
      }
    }
  }
}
