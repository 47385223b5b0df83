import Concurrency
import Crypto
import DatabaseSQLite
import Files
import Lifecycle
import ManualTime
import Model
import Queue
import Store

@testable import Rebuilding

/// A rebuilder over a real database, with repositories and a clock that a test moves.
struct World {
  static let url = "https://example.org/r.git"
  let store: Store
  let owner: UserID
  let clock = ManualClock()
  let source: FakeSource
  let queue: StoringQueue
  let rebuilder: Rebuilder

  /// Runs `body` while a rebuilder runs.
  static func run(_ body: (World) async throws -> Void) async throws {
    let folder = "/tmp/wright-rebuilding-\(UInt64.random(in: 0 ... .max))"
    try FileTree.makeDirectory(folder)
    defer { try? FileTree.removeTree(folder) }
    let database = try await SQLiteDatabase.open(folder + "/wright.db")
    let world = try await World(Store(database: database, sealer: .ephemeral()))
    try await world.running { try await body(world) }
    await database.close()
  }

  private init(_ store: Store) async throws {
    try await store.migrate(at: ManualClock.start)
    self.init(store, owner: try await store.ensureUser(name: "admin", at: ManualClock.start).id, source: FakeSource())
  }

  private init(_ store: Store, owner: UserID, source: FakeSource) {
    self.store = store
    self.owner = owner
    self.source = source
    queue = StoringQueue(store, clock)
    rebuilder = Rebuilder(store: store, queue: queue, source: source, clock: clock, log: .none)
  }

  /// Another server over the same database, as after a start.
  var restarted: World { World(store, owner: owner, source: source) }

  /// Runs `body` while the rebuilder runs.
  func running(_ body: () async throws -> Void) async throws {
    let task = Task { try await rebuilder.run() }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    task.cancel()
    try? await task.value
    try result.get()
  }

  /// Registers the repository and waits for its first check.
  func add(_ url: String = url, watch: RefPattern = .defaultBranch) async throws -> Repository {
    let before = queue.announced.withLock { $0.count }
    let new = NewRepository(owner: owner, url: url, watch: watch)
    let repository = try await rebuilder.add(new)
    await queue.announcements(before + 2)
    return repository
  }

  /// Has a repository checked and waits for the end of the check.
  func check(_ repository: Repository, cause: CheckCause = .request) async throws {
    let before = queue.announced.withLock { $0.count }
    // A forge's message is taken up a second after the last check.
    if cause == .webhook { clock.advance(by: .seconds(2)) }
    try await rebuilder.check(repository.id, cause: cause)
    await queue.announcements(before + 1)
  }

  func stored(_ repository: Repository) async throws -> WatchedRepository? {
    try await store.watchedRepository(repository.id)
  }

  /// `manual main (1)>2`: the trigger, the ref, the old and the new commit of each build.
  var builds: [String] {
    queue.builds.withLock { $0 }.map { build in
      let data = build.trigger.data
      let old = data["old"].map { "\($0.prefix(1))" } ?? ""
      return "\(build.trigger.type) \(RepositoryRef.shortName(build.ref ?? "")) \(old)>\((data["new"] ?? "").prefix(1))"
    }
  }
}
