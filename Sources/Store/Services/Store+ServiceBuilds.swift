public import Model

/// How many builds a service has had.
public struct ServiceBuildCount: Sendable, Hashable {
  /// In the last 30 days.
  public var lastMonth: Int64
  /// In all.
  public var total: Int64

  /// Counts.
  public init(lastMonth: Int64 = 0, total: Int64 = 0) {
    self.lastMonth = lastMonth
    self.total = total
  }
}

extension Store {
  /// The owner's services that have been built, with the number of their builds.
  public func serviceBuildCounts(owner: UserID, at now: Timestamp) async throws -> [ServiceID: ServiceBuildCount] {
    let month = Int64(30 * 86_400_000)
    return try await database.read { connection in
      let rows = try connection.all(
        """
        SELECT service, COUNT(*), SUM(CASE WHEN created_at > $2 THEN 1 ELSE 0 END) FROM builds
        WHERE owner = $1 AND service IS NOT NULL GROUP BY service
        """, [.integer(owner.rawValue), .integer(now.milliseconds - month)]
      ) { row in
        (
          ServiceID(rawValue: row.integer(0) ?? 0),
          ServiceBuildCount(lastMonth: row.integer(2) ?? 0, total: row.integer(1) ?? 0)
        )
      }
      return Dictionary(rows, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The owner's service of this number; nil where there is none.
  public func service(_ id: ServiceID, owner: UserID) async throws -> ServiceRecord? {
    try await database.read {
      try $0.first(
        "SELECT \(ServiceRecord.columns) FROM services WHERE id = $1 AND owner = $2",
        [.integer(id.rawValue), .integer(owner.rawValue)], ServiceRecord.init(row:))
    }
  }

  /// The service's builds that have not ended, newest first.
  public func unfinishedBuilds(of service: ServiceID) async throws -> [BuildID] {
    try await database.read {
      try $0.all(
        "SELECT id FROM builds WHERE service = $1 AND status IN ('queued', 'running') ORDER BY id DESC",
        [.integer(service.rawValue)]
      ) { BuildID(rawValue: $0.integer(0) ?? 0) }
    }
  }
}

extension DatabaseConnection {
  /// Deletes the builds of a service that have ended, with their jobs, logs and artifacts.
  func deleteEndedBuilds(of service: ServiceID) throws {
    let builds = "SELECT id FROM builds WHERE service = $1 AND status NOT IN ('queued', 'running')"
    let kept = "FROM artifacts a WHERE a.build IN (\(builds)) AND a.deleted_at IS NULL"
    let parameters: [DatabaseValue] = [.integer(service.rawValue)]
    try execute(
      "INSERT INTO garbage (owner, sha256, folder, name) SELECT a.owner, a.sha256, a.folder, a.name \(kept)", parameters
    )
    // All of them are the service's owner's.
    try execute(
      """
      UPDATE users SET artifact_bytes = artifact_bytes - (SELECT COALESCE(SUM(a.size), 0) \(kept))
      WHERE id = (SELECT owner FROM services WHERE id = $1)
      """, parameters)
    try execute("DELETE FROM builds WHERE id IN (\(builds))", parameters)
  }
}
