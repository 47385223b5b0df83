public import Artifacts
public import Concurrency
public import Lifecycle
public import Model
public import Store

/// What the caches are made of.
public struct CacheDependencies: Sendable {
  /// Caches, keys, tokens and paths.
  public var store: Store
  /// The NARs' bytes.
  public var artifacts: any ArtifactStore
  /// The folder for uploads on their way; this process's alone, on a file system with room for them.
  public var uploads: String
  /// By SHA-256: content is stored and referred to in its turn, so that it is not deleted between. Shared with whoever
  /// deletes content.
  public var contentTurns: KeyedTurns<String>
  /// Told when content is not referred to any more and may be deleted.
  public var contentFreed: @Sendable () -> Void
  /// Whose API token this is; nil for none that is valid.
  public var identify: @Sendable (_ token: String) async throws -> UserID?
  /// Whether this token lets an agent push to the cache of this name.
  public var mayPush: @Sendable (_ token: String, _ cache: String) async throws -> Bool
  /// The largest file of a NAR, in bytes.
  public var fileLimit: Int64
  /// The time now.
  public var clock: @Sendable () -> Timestamp
  /// Where events go that nobody waits for.
  public var log: Logger

  /// Dependencies.
  public init(
    store: Store, artifacts: any ArtifactStore, uploads: String, contentTurns: KeyedTurns<String>,
    contentFreed: @escaping @Sendable () -> Void,
    identify: @escaping @Sendable (_ token: String) async throws -> UserID?,
    mayPush: @escaping @Sendable (_ token: String, _ cache: String) async throws -> Bool = { _, _ in false },
    fileLimit: Int64 = 10 << 30, clock: @escaping @Sendable () -> Timestamp, log: Logger
  ) {
    self.store = store
    self.artifacts = artifacts
    self.uploads = uploads
    self.contentTurns = contentTurns
    self.contentFreed = contentFreed
    self.identify = identify
    self.mayPush = mayPush
    self.fileLimit = fileLimit
    self.clock = clock
    self.log = log
  }
}
