internal import Concurrency
internal import Crypto
public import Lifecycle
internal import Model
internal import Planning
public import Queue
public import Store

/// Checks registered repositories and queues a build whenever a watched ref has moved. There is one in a server; run it
/// as long as it is in use.
///
/// `CheckQueue` decides when what is checked and `CheckDecision` what follows; this asks, stores and submits. A build is
/// stored together with the move that it is for, so that whatever is cut off in the middle is found again by the next
/// check, and nothing is built twice.
public final class Rebuilder: Sendable {
  struct State {
    var checks: CheckQueue
    var random = SystemRandomNumberGenerator()
    var metrics = RebuilderMetrics()
  }

  let store: Store
  let queue: any BuildQueue
  let source: any RefSource
  let settings: RebuilderSettings
  let clock: any SchedulingClock
  let log: Logger
  let journal: CheckJournal
  let state: Lock<State>
  let changed = Wakeup()
  /// Changes of one repository reach the memory in the order in which they are stored.
  let turns = KeyedTurns<RepositoryID>()
  /// Stands for the secret of a repository that does not exist, so that refusing a message takes as long.
  let decoy = SecureRandom.token(prefix: "")

  /// A rebuilder over an open store.
  public init(
    store: Store, queue: any BuildQueue, source: any RefSource, settings: RebuilderSettings = RebuilderSettings(),
    clock: any SchedulingClock = SystemClock(), log: Logger
  ) {
    self.store = store
    self.queue = queue
    self.source = source
    self.settings = settings
    self.clock = clock
    self.log = log
    journal = CheckJournal(store: store, queue: queue, clock: clock, delay: settings.storeDelay, log: log)
    var limits = CheckQueue.Limits()
    limits.sideBySide = settings.sideBySide
    limits.perHost = max(1, settings.sideBySide / 2)
    state = Lock(State(checks: CheckQueue(limits: limits)))
  }

  /// Figures about checks; cheap.
  public var metrics: RebuilderMetrics {
    state.withLock { state in
      var metrics = state.metrics
      metrics.repositories = state.checks.count
      metrics.running = state.checks.running
      metrics.silentHosts = state.checks.silentHosts
      return metrics
    }
  }

  /// Has a repository's next check made after `delay`, and the others as they were.
  func schedule(_ id: RepositoryID, url: String, everySeconds: Int64, in delay: Duration) {
    let host = (try? GitAddress(url))?.host
    state.withLock { state in
      state.checks.set(
        id, host: host, every: .seconds(everySeconds), dueIn: delay, at: clock.uptime, &state.random)
    }
    changed.signal()
  }
}

extension Rebuilder: Service {
  /// For the log.
  public var name: String { "rebuilder" }

  /// Checks until cancelled.
  public func run() async throws {
    let now = clock.now
    for repository in try await store.scheduledRepositories() {
      schedule(
        repository.id, url: repository.url, everySeconds: repository.everySeconds, in: repository.nextCheckAt - now)
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await self.journal.run() }
      group.addTask { await self.runChecks() }
    }
  }

  private func runChecks() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let (starts, next) = state.withLock { state in (state.checks.starts(at: clock.uptime), state.checks.next) }
        for start in starts { group.addTask { await self.check(start) } }
        await clock.sleep(until: next, or: changed)
      }
    }
  }
}

/// Figures about checks at one moment. Counters begin at 0 with the server.
public struct RebuilderMetrics: Sendable, Hashable {
  /// Repositories that are checked.
  public var repositories = 0
  /// Checks under way.
  public var running = 0
  /// Hosts that do not answer.
  public var silentHosts = 0
  /// Counts checks that ended well.
  public var succeeded: Int64 = 0
  /// Counts checks that failed.
  public var failed: Int64 = 0
  /// Counts builds queued because a ref moved.
  public var builds: Int64 = 0
}
