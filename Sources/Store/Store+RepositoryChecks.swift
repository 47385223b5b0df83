public import Model

/// A repository's place in the order of checks.
public struct ScheduledRepository: Sendable, Hashable {
  /// The repository.
  public var id: RepositoryID
  /// Its address as people see it, which names its host.
  public var url: String
  /// Seconds between two checks.
  public var everySeconds: Int64
  /// When it is due.
  public var nextCheckAt: Timestamp
}

/// A repository with what a check has to know.
public struct WatchedRepository: Sendable, Hashable {
  /// The repository.
  public var repository: Repository
  /// What git is given; may hold a credential.
  public var address: String
  /// All of its refs that were seen, by name.
  public var refs: [RepositoryRef]
}

/// What came of a check, beside the builds that it has queued.
public struct RepositoryCheck: Sendable, Hashable {
  /// What is known of a repository's state after a check.
  public struct State: Sendable, Hashable {
    /// Why it failed; nil where it succeeded.
    public var error: String?
    /// Since when it has failed.
    public var errorSince: Timestamp?
    /// How many have failed in a row.
    public var failures: Int
    /// What people should know.
    public var notice: String?

    /// A state.
    public init(error: String? = nil, errorSince: Timestamp? = nil, failures: Int = 0, notice: String? = nil) {
      self.error = error
      self.errorSince = errorSince
      self.failures = failures
      self.notice = notice
    }

    /// That of a repository.
    public init(_ repository: Repository) {
      self.init(
        error: repository.error, errorSince: repository.errorSince, failures: repository.failures,
        notice: repository.notice)
    }
  }

  /// The repository.
  public var repository: RepositoryID
  /// When it ended.
  public var checkedAt: Timestamp
  /// When the next one is due.
  public var nextCheckAt: Timestamp
  /// The state after it; nil where that has not changed.
  public var state: State?
  /// Refs that moved and that no build was queued for.
  public var seen: [RefMove]
  /// Refs that are gone, by name.
  public var deleted: [String]
  /// Refs that are not watched any more, by name.
  public var forgotten: [String]

  /// What came of a check.
  public init(
    repository: RepositoryID, checkedAt: Timestamp, nextCheckAt: Timestamp, state: State? = nil, seen: [RefMove] = [],
    deleted: [String] = [], forgotten: [String] = []
  ) {
    self.repository = repository
    self.checkedAt = checkedAt
    self.nextCheckAt = nextCheckAt
    self.state = state
    self.seen = seen
    self.deleted = deleted
    self.forgotten = forgotten
  }
}

/// Registered repositories as whoever checks them needs them, whoever's they are.
extension Store {
  /// All repositories that are to be checked, in the order in which they are due.
  public func scheduledRepositories() async throws -> [ScheduledRepository] {
    try await database.read {
      try $0.all(
        """
        SELECT id, url, every_ms, next_check_at FROM repositories
        WHERE enabled = 1 AND next_check_at IS NOT NULL ORDER BY next_check_at
        """
      ) { row in
        ScheduledRepository(
          id: RepositoryID(rawValue: row.integer(0) ?? 0), url: row.text(1) ?? "",
          everySeconds: (row.integer(2) ?? 0) / 1000, nextCheckAt: row.time(3) ?? Timestamp(milliseconds: 0))
      }
    }
  }

  /// A repository, its address and its refs as they stand at one moment; nil where there is none.
  public func watchedRepository(_ id: RepositoryID) async throws -> WatchedRepository? {
    let found = try await database.read { connection -> (Repository, [UInt8]?, [RepositoryRef])? in
      guard let repository = try connection.repository(id) else { return nil }
      let address = try connection.first("SELECT address FROM repositories WHERE id = $1", [.integer(id.rawValue)]) {
        $0.bytes(0)
      }
      let refs = try connection.all(
        "SELECT \(RepositoryRef.columns) FROM repository_refs f WHERE f.repository = $1 ORDER BY f.name",
        [.integer(id.rawValue)]
      ) { RepositoryRef(row: $0, at: 0) }
      return (repository, address ?? nil, refs.compactMap { $0 })
    }
    guard let (repository, sealed, refs) = found else { return nil }
    let address = try opened(sealed, .address, of: id) ?? repository.url
    return WatchedRepository(repository: repository, address: address, refs: refs)
  }

  /// Stores what came of many checks in one transaction. What a repository was changed to meanwhile stays: one that is
  /// not checked any more gets no next check, one that is gone is left out.
  public func record(_ checks: [RepositoryCheck]) async throws {
    try await database.write { connection in
      for check in checks { try connection.record(check) }
    }
  }
}

extension DatabaseConnection {
  fileprivate func record(_ check: RepositoryCheck) throws {
    let id = DatabaseValue.integer(check.repository.rawValue)
    let times: [DatabaseValue] = [
      id, .integer(check.checkedAt.milliseconds), .integer(check.nextCheckAt.milliseconds),
    ]
    let next = "next_check_at = CASE WHEN enabled = 1 THEN $3 END"
    if let state = check.state {
      try execute(
        """
        UPDATE repositories SET checked_at = $2, \(next), error = $4, error_since = $5, failures = $6, notice = $7
        WHERE id = $1
        """,
        times + [
          .optional(state.error), .optional(state.errorSince?.milliseconds), .integer(Int64(state.failures)),
          .optional(state.notice),
        ])
    } else {
      try execute("UPDATE repositories SET checked_at = $2, \(next) WHERE id = $1", times)
    }
    for move in check.seen { try record(seen: move, at: check.checkedAt) }
    for name in check.deleted {
      try execute(
        "UPDATE repository_refs SET deleted_at = $3 WHERE repository = $1 AND name = $2 AND deleted_at IS NULL",
        [id, .text(name), .integer(check.checkedAt.milliseconds)])
    }
    for name in check.forgotten {
      try execute("DELETE FROM repository_refs WHERE repository = $1 AND name = $2", [id, .text(name)])
    }
  }

  /// Stores where a ref stands without a build of its own, where it still stands at the move's beginning. A new one
  /// shares the build of another ref at the same commit, as after a branch was renamed.
  private func record(seen move: RefMove, at now: Timestamp) throws {
    let values: [DatabaseValue] = [
      .integer(move.repository.rawValue), .text(move.name), .text(move.to), .integer(now.milliseconds),
    ]
    if let from = move.from {
      try execute(
        """
        UPDATE repository_refs SET commit_hash = $3, moved_at = $4, build = NULL
        WHERE repository = $1 AND name = $2 AND commit_hash = $5 AND deleted_at IS NULL
        """, values + [.text(from)])
    } else {
      try execute(
        """
        INSERT INTO repository_refs (repository, owner, name, commit_hash, moved_at, build)
        SELECT id, owner, $2, $3, $4, (SELECT MAX(build) FROM repository_refs WHERE repository = $1 AND commit_hash = $3)
        FROM repositories WHERE id = $1
        ON CONFLICT (repository, name) DO UPDATE
        SET commit_hash = $3, moved_at = $4, deleted_at = NULL, build = excluded.build
        WHERE repository_refs.deleted_at IS NOT NULL
        """, values)
    }
  }
}
