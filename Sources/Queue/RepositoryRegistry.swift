public import Model

/// Registered repositories: who watches them, and how that is changed. Reads go to the store. Safe from any task.
/// A repository that is another owner's is `RegistryError.notFound`.
public protocol RepositoryRegistry: Sendable {
  /// Registers a repository and checks it at once: what it watches is built, then whenever it moves.
  func add(_ new: NewRepository) async throws -> Repository
  /// Changes what is given. A repository that is watched differently, or enabled, is checked at once.
  func update(_ id: RepositoryID, of owner: UserID, _ change: RepositoryChange) async throws -> Repository
  /// Forgets it. Its builds stay.
  func remove(_ id: RepositoryID, of owner: UserID) async throws
  /// Has it checked at once, because of `cause`; returns before the check.
  func check(_ id: RepositoryID, cause: CheckCause) async throws
  /// Queues a build of what a ref points at now, whether it moved or not; `ref` nil for the only or default one.
  func build(_ id: RepositoryID, of owner: UserID, ref: String?, comment: String) async throws -> Build
}

/// Why a repository is checked before its time.
public enum CheckCause: String, Sendable, Hashable {
  /// Somebody asked for it.
  case request
  /// A forge told of a push; what has moved is then queued with the trigger `push`.
  case webhook
}

/// What is needed to register a repository.
public struct NewRepository: Sendable, Hashable {
  /// Whose it will be.
  public var owner: UserID
  /// The namespace's path of its builds, made (private) where it does not exist.
  public var namespace: String?
  /// As given; may hold a user name and password.
  public var url: String
  /// What of it is watched.
  public var watch: RefPattern
  /// Seconds between two checks, at least 5.
  public var everySeconds: Int64
  /// Builds use it instead of what would be detected.
  public var manifest: String?

  /// A repository to register.
  public init(
    owner: UserID, namespace: String? = nil, url: String, watch: RefPattern = .defaultBranch,
    everySeconds: Int64 = 60, manifest: String? = nil
  ) {
    self.owner = owner
    self.namespace = namespace
    self.url = url
    self.watch = watch
    self.everySeconds = everySeconds
    self.manifest = manifest
  }
}

/// What of a repository is to change; nil leaves a value as it is.
public struct RepositoryChange: Sendable, Hashable {
  /// What of it is watched.
  public var watch: RefPattern?
  /// Seconds between two checks, at least 5.
  public var everySeconds: Int64?
  /// Whether it is checked.
  public var isEnabled: Bool?
  /// The manifest; an empty one takes it away.
  public var manifest: String?

  /// A change.
  public init(
    watch: RefPattern? = nil, everySeconds: Int64? = nil, isEnabled: Bool? = nil, manifest: String? = nil
  ) {
    self.watch = watch
    self.everySeconds = everySeconds
    self.isEnabled = isEnabled
    self.manifest = manifest
  }
}

/// Why the registry refused.
public enum RegistryError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No repository of the owner has this number.
  case notFound(RepositoryID)
  /// The owner watches the same refs of the same address already.
  case exists(RepositoryID)
  /// A value is wrong; `field` is its name in a request.
  case invalid(field: String, String)
  /// The repository could not be asked; the sentence says why and what to do.
  case unreachable(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .notFound(let id): "there is no repository \(id)"
    case .exists(let id): "this is repository \(id) already"
    case .invalid(_, let reason): reason
    case .unreachable(let reason): reason
    }
  }
}
