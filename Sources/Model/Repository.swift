/// A repository that is built whenever one of its watched refs moves.
public struct Repository: Sendable, Hashable {
  /// Names it everywhere.
  public var id: RepositoryID
  /// Whose it is.
  public var owner: UserID
  /// The namespace's path of its builds, where they have one.
  public var namespace: String?
  /// The address as people see it: a password is `xxxxxx`.
  public var url: String
  /// What of it is watched.
  public var watch: RefPattern
  /// Seconds between two checks.
  public var everySeconds: Int64
  /// False where it is kept but not checked.
  public var isEnabled: Bool
  /// The manifest that was given when it was registered; builds use it instead of what would be detected.
  public var manifest: String?
  /// When it was registered.
  public var createdAt: Timestamp
  /// When the last check ended, whatever came of it.
  public var checkedAt: Timestamp?
  /// When the next check is due; nil where it is not enabled.
  public var nextCheckAt: Timestamp?
  /// Why the last check failed, as a sentence for people; nil where it succeeded.
  public var error: String?
  /// When the first of the failed checks was made, of those without a success since.
  public var errorSince: Timestamp?
  /// How many checks have failed since the last success.
  public var failures: Int
  /// What the last successful check found that people should know, as sentences; nil where there is nothing.
  public var notice: String?

  /// A repository with these values.
  public init(
    id: RepositoryID, owner: UserID, namespace: String? = nil, url: String, watch: RefPattern, everySeconds: Int64,
    isEnabled: Bool = true, manifest: String? = nil, createdAt: Timestamp, checkedAt: Timestamp? = nil,
    nextCheckAt: Timestamp? = nil, error: String? = nil, errorSince: Timestamp? = nil, failures: Int = 0,
    notice: String? = nil
  ) {
    self.id = id
    self.owner = owner
    self.namespace = namespace
    self.url = url
    self.watch = watch
    self.everySeconds = everySeconds
    self.isEnabled = isEnabled
    self.manifest = manifest
    self.createdAt = createdAt
    self.checkedAt = checkedAt
    self.nextCheckAt = nextCheckAt
    self.error = error
    self.errorSince = errorSince
    self.failures = failures
    self.notice = notice
  }
}

/// Which refs of a repository are watched.
public enum RefPattern: Codable, Sendable, Hashable {
  /// The branch that the repository itself says is its default.
  case defaultBranch
  /// Branches by name; `*` and `?` stand for any characters.
  case branches(String)
  /// Tags by name; `*` and `?` stand for any characters.
  case tags(String)

  /// The pattern, where there is one.
  public var pattern: String? {
    switch self {
    case .defaultBranch: nil
    case .branches(let pattern), .tags(let pattern): pattern
    }
  }
}

/// A ref of a repository, as it was last seen.
public struct RepositoryRef: Sendable, Hashable {
  /// The repository.
  public var repository: RepositoryID
  /// The full name: `refs/heads/main`.
  public var name: String
  /// What it points at; for an annotated tag the commit behind it. Of a deleted one what it last pointed at.
  public var commit: String
  /// When it was first seen at `commit`.
  public var movedAt: Timestamp
  /// When it was found to be gone; nil while it exists.
  public var deletedAt: Timestamp?
  /// The build that was queued for `commit`.
  public var build: BuildID?

  /// The name as people say it: `main`.
  public var shortName: String { Self.shortName(name) }

  /// A ref's name as people say it: without `refs/heads/` or `refs/tags/`.
  public static func shortName(_ name: String) -> String {
    for prefix in ["refs/heads/", "refs/tags/"] where name.hasPrefix(prefix) {
      return String(name.dropFirst(prefix.count))
    }
    return name
  }

  /// A ref with these values.
  public init(
    repository: RepositoryID, name: String, commit: String, movedAt: Timestamp, deletedAt: Timestamp? = nil,
    build: BuildID? = nil
  ) {
    self.repository = repository
    self.name = name
    self.commit = commit
    self.movedAt = movedAt
    self.deletedAt = deletedAt
    self.build = build
  }
}

/// A ref that was seen to move: what a build of a repository is queued for. Stored together with the build, and only
/// where the ref still stands at `from`, so that two who see the same move queue one build.
public struct RefMove: Sendable, Hashable {
  /// The repository.
  public var repository: RepositoryID
  /// The full name: `refs/heads/main`.
  public var name: String
  /// Where it was; nil where it is new (or came back after it was deleted).
  public var from: String?
  /// Where it is.
  public var to: String

  /// A move.
  public init(repository: RepositoryID, name: String, from: String?, to: String) {
    self.repository = repository
    self.name = name
    self.from = from
    self.to = to
  }
}
