public import Artifacts
public import Concurrency
public import Lifecycle
public import Logs
internal import Model
public import Queue
public import Store

/// The queue, the leases of its agents, the limits of time, and the events that follow from them. There is one in a
/// server. Call `recover` before anything else, and run `services` as long as it is in use.
///
/// Everything that changes a build's state happens in that build's turn: the database is changed, then the memory,
/// then listeners are told, so that they hear of changes in the order in which they were stored.
public final class Scheduler: Sendable {
  struct State {
    var desk = ClaimDesk()
    var claims: [UInt64: WaitingClaim] = [:]
    var live: [BuildID: LiveBuild] = [:]
    var deadlines = DeadlineQueue()
    var metrics = SchedulingMetrics()
    var lastWaiter: UInt64 = 0
    var isFollowing = false
    var agents = AgentBook()
    var sample = MinuteSample()
    /// Processes that listen for stops of their builds.
    var stopListeners: [String: StopListener] = [:]
  }

  /// A call that waits for a build, of an agent in the process `instance`.
  struct WaitingClaim {
    var instance: String
    var continuation: CheckedContinuation<QueuedBuild, any Error>
  }

  /// Calls that wait to hear of stops of one process's builds.
  struct StopListener {
    var signal = Wakeup()
    var count = 0
  }

  let store: Store
  let logs: any LogStore
  let artifacts: any ArtifactStore
  let clock: any SchedulingClock
  let configuration: SchedulingConfiguration
  let log: Logger
  let state = Lock(State())
  let hub = EventHub()
  let turns = KeyedTurns<BuildID>()
  /// By SHA-256: content is not deleted between being stored and being referred to.
  let contentTurns: KeyedTurns<String>
  /// By folder and name: a name in the tree is not taken away between being stored and being shown.
  let placeTurns = KeyedTurns<String>()
  /// Of each build's logs: nothing comes into one after the build was given to somebody else.
  let logTurns = KeyedTurns<BuildID>()
  let deadlinesChanged = Wakeup()
  let curationWanted = Wakeup()

  /// A scheduler over stores that are open. `contentTurns` is shared with whoever else puts content into `artifacts`: it
  /// is put and referred to in the turn of its SHA-256.
  public init(
    store: Store, logs: any LogStore, artifacts: any ArtifactStore,
    configuration: SchedulingConfiguration = SchedulingConfiguration(), clock: any SchedulingClock = SystemClock(),
    contentTurns: KeyedTurns<String> = KeyedTurns(), log: Logger
  ) {
    self.contentTurns = contentTurns
    self.store = store
    self.logs = logs
    self.artifacts = artifacts
    self.configuration = configuration
    self.clock = clock
    self.log = log
  }

  /// What has to run: the timer of leases and limits, the curation of artifacts, and the end of all subscriptions when
  /// the server stops.
  public var services: [any Service] {
    [
      ClosureService("deadlines") { try await self.runDeadlines() },
      ClosureService("curation") { try await self.runCuration() },
      ClosureService("agents") { try await self.tendAgents() },
      ClosureService("events") {
        defer { self.hub.finish() }
        // Nobody signals it: it ends when it is cancelled.
        await Wakeup().wait()
      },
    ]
  }

  /// Figures about the queue; cheap.
  public var metrics: SchedulingMetrics {
    var metrics = state.withLock { state in
      var metrics = state.metrics
      metrics.queued = state.desk.queue.count
      metrics.waitingAgents = state.desk.waiting
      metrics.running = state.live.count
      metrics.agents = state.agents.counts
      metrics.slots = state.agents.slots
      return metrics
    }
    metrics.subscribers = hub.subscribers
    return metrics
  }

  func publish(_ rows: ChangedRows, _ build: BuildID, _ owner: UserID) {
    hub.publish(rows.jobs.map { .job($0) } + (rows.build.map { [.build($0)] } ?? []), build: build, owner: owner)
  }

  /// Sets a deadline and wakes the timer where it is the next one.
  func setDeadline(_ deadline: Deadline, at time: Duration) {
    if state.withLock({ $0.deadlines.set(deadline, at: time) }) { deadlinesChanged.signal() }
  }

  /// The live build of a lease that the agent still has.
  func withLive<Result>(_ lease: Lease, _ body: (inout LiveBuild) throws -> Result) throws -> Result {
    try state.withLock { state in
      // Taken out and put back, so that a change is made in place and not in a copy of all the build's jobs.
      guard var live = state.live.removeValue(forKey: lease.build) else { throw QueueError.staleLease(lease.build) }
      defer { state.live[lease.build] = live }
      guard live.lease.fence == lease.fence, !live.isRevoked else { throw QueueError.staleLease(lease.build) }
      return try body(&live)
    }
  }
}

extension Lease {
  var stored: StoredLease { StoredLease(build: build, fence: fence) }
}
