internal import Crypto
public import Model

/// A repository that is about to be registered.
public struct Registration: Sendable, Hashable {
  /// Whose it will be.
  public var owner: UserID
  /// The namespace's path of its builds, made (private) where it does not exist.
  public var namespace: String?
  /// The address as people see it.
  public var url: String
  /// What git is given, where that is not `url`; stored sealed.
  public var address: String?
  /// What a forge signs its messages with; stored sealed.
  public var webhookSecret: String
  /// What can be changed later.
  public var settings: RepositorySettings

  /// A registration.
  public init(
    owner: UserID, namespace: String? = nil, url: String, address: String? = nil, webhookSecret: String,
    settings: RepositorySettings
  ) {
    self.owner = owner
    self.namespace = namespace
    self.url = url
    self.address = address
    self.webhookSecret = webhookSecret
    self.settings = settings
  }
}

/// What of a repository people can change.
public struct RepositorySettings: Sendable, Hashable {
  /// What of it is watched.
  public var watch: RefPattern
  /// Seconds between two checks.
  public var everySeconds: Int64
  /// Whether it is checked.
  public var isEnabled: Bool
  /// Builds use it instead of what would be detected.
  public var manifest: String?

  /// Settings.
  public init(watch: RefPattern, everySeconds: Int64, isEnabled: Bool = true, manifest: String? = nil) {
    self.watch = watch
    self.everySeconds = everySeconds
    self.isEnabled = isEnabled
    self.manifest = manifest
  }

  /// Those of a repository.
  public init(_ repository: Repository) {
    self.init(
      watch: repository.watch, everySeconds: repository.everySeconds, isEnabled: repository.isEnabled,
      manifest: repository.manifest)
  }
}

/// What came of a change of a repository.
public enum RepositoryWrite: Sendable, Hashable {
  /// It is stored so.
  case stored(Repository)
  /// The owner watches the same refs of the same address already, by this one; nothing was changed.
  case exists(RepositoryID)
}

extension Store {
  /// Registers a repository; its first check is due at once.
  public func add(_ new: Registration, at now: Timestamp) async throws -> RepositoryWrite {
    let address = try new.address.map { try sealer.seal($0, for: .address) } ?? []
    let secret = try sealer.seal(new.webhookSecret, for: .webhookSecret)
    return try await database.write { connection in
      if let other = try connection.repository(watching: new.settings.watch, of: new.url, owner: new.owner) {
        return .exists(other)
      }
      let namespace = try new.namespace.map { try connection.ensureNamespace($0, owner: new.owner, at: now) }
      let id = try connection.first(
        """
        INSERT INTO repositories (owner, namespace, url, address, webhook_secret, watch_type, watch_pattern, every_ms,
          enabled, manifest, created_at, next_check_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, CASE WHEN $9 = 1 THEN $11 END) RETURNING id
        """,
        [
          .integer(new.owner.rawValue), .optional(namespace?.rawValue), .text(new.url), .bytes(address), .bytes(secret),
        ] + new.settings.values + [.integer(now.milliseconds)]
      ) { $0.integer(0) ?? 0 }
      return .stored(try connection.storedRepository(RepositoryID(rawValue: id ?? 0)))
    }
  }

  /// Changes a repository's settings. Where it is watched differently, or watched again, its next check is due at once;
  /// what is not checked has none. What is known of its refs says nothing about others: that goes with the watch. nil where the owner has no such repository.
  public func updateRepository(
    _ id: RepositoryID, owner: UserID, at now: Timestamp,
    _ change: @escaping @Sendable (inout RepositorySettings) -> Void
  ) async throws -> RepositoryWrite? {
    try await database.write { connection in
      guard let repository = try connection.repository(id), repository.owner == owner else { return nil }
      let before = RepositorySettings(repository)
      var after = before
      change(&after)
      if after == before { return .stored(repository) }
      if after.watch != before.watch,
        let other = try connection.repository(watching: after.watch, of: repository.url, owner: owner)
      {
        return .exists(other)
      }
      let isDue = after.watch != before.watch || after.isEnabled != before.isEnabled
      try connection.execute(
        """
        UPDATE repositories SET watch_type = $2, watch_pattern = $3, every_ms = $4, enabled = $5, manifest = $6,
          next_check_at = CASE WHEN $5 = 0 THEN NULL WHEN $7 = 1 THEN $8 ELSE next_check_at END
        WHERE id = $1
        """,
        [.integer(id.rawValue)] + after.values + [.integer(isDue ? 1 : 0), .integer(now.milliseconds)])
      if after.watch != before.watch {
        try connection.execute("DELETE FROM repository_refs WHERE repository = $1", [.integer(id.rawValue)])
      }
      return .stored(try connection.storedRepository(id))
    }
  }

  /// Forgets a repository and its refs; its builds stay. False where the owner has no such repository.
  public func removeRepository(_ id: RepositoryID, owner: UserID) async throws -> Bool {
    try await database.write {
      try $0.execute(
        "DELETE FROM repositories WHERE id = $1 AND owner = $2", [.integer(id.rawValue), .integer(owner.rawValue)]) == 1
    }
  }
}

extension RepositorySettings {
  /// The values of the columns `watch_type`, `watch_pattern`, `every_ms`, `enabled` and `manifest`.
  fileprivate var values: [DatabaseValue] {
    watch.values + [
      .integer(Duration.seconds(everySeconds).milliseconds), .integer(isEnabled ? 1 : 0), .optional(manifest),
    ]
  }
}

extension DatabaseConnection {
  func repository(_ id: RepositoryID) throws -> Repository? {
    try first(
      "SELECT \(Repository.columns) \(Repository.source)WHERE r.id = $1", [.integer(id.rawValue)],
      Repository.init(row:))
  }

  fileprivate func storedRepository(_ id: RepositoryID) throws -> Repository {
    guard let repository = try repository(id) else { throw StoreError.missing(table: "repositories", id: id.rawValue) }
    return repository
  }

  fileprivate func repository(watching watch: RefPattern, of url: String, owner: UserID) throws -> RepositoryID? {
    try first(
      "SELECT id FROM repositories WHERE owner = $1 AND url = $2 AND watch_type = $3 AND watch_pattern = $4",
      [.integer(owner.rawValue), .text(url)] + watch.values
    ) { RepositoryID(rawValue: $0.integer(0) ?? 0) }
  }
}
