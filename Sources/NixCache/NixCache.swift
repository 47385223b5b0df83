internal import Concurrency
internal import Files
public import Lifecycle
internal import Model
public import Routing
public import Store

/// The server's binary caches for Nix: pushing by the Cachix protocol, reading, administration and collection.
///
/// A path is a row of the store, and its compressed NAR content of the artifact store, or of the store where it is small;
/// once for equal content. A push is complete when the row is there: what a crash leaves before is an upload that
/// expires, or content that nothing refers to, which is swept.
public final class NixCache: Sendable {
  let dependencies: CacheDependencies
  let directory = CacheDirectory()
  let statistics = CacheStatistics()
  let memory: CacheMemory
  let tickets: UploadTickets
  let folder: UploadFolder
  let smallFiles = SmallFiles()
  let space: FreeSpace
  /// Writes parts and looks after their folders.
  let threads = BlockingThreads(name: "cache-upload", count: 4)
  /// By `narId`: an upload is completed or aborted once at a time.
  let uploadTurns = KeyedTurns<String>()

  var store: Store { dependencies.store }
  var now: Timestamp { dependencies.clock() }

  /// The caches that the store knows. Call it when the store has been migrated.
  public init(_ dependencies: CacheDependencies) async throws {
    self.dependencies = dependencies
    memory = CacheMemory(dependencies.store)
    tickets = UploadTickets(key: try await dependencies.store.cacheSecret(named: "uploads"))
    folder = UploadFolder(path: dependencies.uploads)
    try folder.prepare()
    space = FreeSpace(of: dependencies.uploads, for: .artifacts)
    try await reload()
  }

  /// Forgets what was read of the caches and reads it anew: another server may have changed them.
  public func reload() async throws {
    for cache in directory.all { directory.remove(cache) }
    for cache in try await store.caches() { directory.set(cache) }
  }

  /// Writes down what was counted, and ends the threads; call it when nothing is served any more.
  public func stop() async {
    await writeDown()
    threads.stop()
  }

  /// Everything under `/cache` and `/api/v1/cache`, and `/api/v1/caches`. All of it is the leader's: what is known of
  /// caches is kept in memory, where only that one sees each change.
  public var routes: [Route] {
    let all =
      CachixRoutes(cache: self).routes + UploadRoutes(cache: self).routes + ReadingRoutes(cache: self).routes
      + CacheRoutes(cache: self).routes
    return all.map { route in
      var route = route
      route.place = .leader
      return route
    }
  }

  /// The schemas that the routes' documentation names.
  public var schemas: [(name: String, json: String)] { CacheSchemas.all }

  /// All caches with what was done up to now, for metrics.
  public func figures() async throws -> [BinaryCache] {
    try await store.caches().map { $0.adding(statistics.use(of: $0.id)) }
  }

  /// What has to run: the end of uploads that nobody goes on with, and the figures on their way to the store.
  public var services: [any Service] { [ClosureService("caches") { try await self.runUpkeep() }] }

  /// The cache as the store has it now, after a change.
  func refresh(_ id: CacheID) async throws -> BinaryCache? {
    guard let cache = try await store.cache(id) else { return nil }
    directory.set(cache)
    return cache
  }
}
