public import Model

/// A namespace as it stands.
public struct Namespace: Sendable, Hashable {
  /// Names it everywhere.
  public var id: NamespaceID
  /// Whose it is.
  public var owner: UserID
  /// `project/child`.
  public var path: String
  /// When it was made.
  public var createdAt: Timestamp
}

extension Store {
  /// The owner's namespaces by path, at most `limit`.
  public func namespaces(owner: UserID, limit: Int = 200) async throws -> [Namespace] {
    try await database.read {
      try $0.all(
        "SELECT id, path, created_at FROM namespaces WHERE owner = $1 ORDER BY path LIMIT $2",
        [.integer(owner.rawValue), .integer(Int64(limit))]
      ) { row in
        Namespace(
          id: NamespaceID(rawValue: row.integer(0) ?? 0), owner: owner, path: row.text(1) ?? "",
          createdAt: row.time(2) ?? Timestamp(milliseconds: 0))
      }
    }
  }

  /// How many builds of all owners wait and run. Cheap.
  public func activeCounts() async throws -> (queued: Int64, running: Int64) {
    try await database.read { connection in
      let queued = try connection.first("SELECT COUNT(*) FROM builds WHERE status = 'queued'") { $0.integer(0) ?? 0 }
      let running = try connection.first("SELECT COUNT(*) FROM builds WHERE status = 'running'") { $0.integer(0) ?? 0 }
      return (queued ?? 0, running ?? 0)
    }
  }
}

extension Store {
  /// How many builds of all owners are in each status; statuses without one are left out. Walks an index of all builds
  /// (milliseconds for 100,000): not for every request.
  public func buildCounts() async throws -> [Status: Int64] {
    try await database.read { connection in
      var counts: [Status: Int64] = [:]
      // By owner too, because that is the index's order.
      try connection.query("SELECT status, COUNT(*) FROM builds GROUP BY owner, status", []) { row in
        if let status = row.text(0).flatMap(Status.init) { counts[status, default: 0] += row.integer(1) ?? 0 }
      }
      return counts
    }
  }
}
