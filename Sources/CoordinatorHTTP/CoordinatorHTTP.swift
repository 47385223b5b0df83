internal import Concurrency
internal import Files
internal import HTTPClient
public import Lifecycle
public import Model
public import Queue

/// The queue of a server elsewhere, for the agents of this process: every call is a request, but what a log holds is
/// kept here and sent meanwhile. Calls may be made again whenever it is not known what became of them. Errors are those
/// of the queue; `unavailable` as long as the server does not answer, and `AgentRefused` where it does not take agents
/// like this one.
public final class CoordinatorHTTP: Coordinator {
  struct Held {
    var lease: HeldLease
    var logs: [JobID: SpooledLog] = [:]
  }
  struct State {
    var held: [BuildID: Held] = [:]
    /// A build that came with the answer to an end, until somebody claims it.
    var ready: Assignment?
    var sequence: Int64 = 0
    /// True while a request is under way whose answer may bring a build.
    var isClaiming = false
    /// What the last claim offered; nil once the agent takes nothing more.
    var offer: AgentOffer?
    var cachePath: String?
  }

  let agent: RemoteAgent
  let link: ServerLink
  let stops: StopListener
  let threads = BlockingThreads(name: "spool", count: 2)
  let log: Logger
  let state = Lock(State())
  let claimTurns = KeyedTurns<Int>()
  let claimEnded = Wakeup()

  /// The queue of `agent`'s server. Makes the folder of the spool, and removes what an earlier process has left there.
  public init(_ agent: RemoteAgent, log: Logger) throws {
    self.agent = agent
    self.log = log
    try FileTree.makeDirectory(agent.spool)
    for name in try FileTree.names(in: agent.spool) { try FileTree.removeTree("\(agent.spool)/\(name)") }
    link = ServerLink(server: agent.server, token: agent.token, process: agent.instance, log: log)
    stops = StopListener(link: link)
  }

  /// How many requests were sent so far.
  public var requests: Int64 { link.requests }

  /// The address of the server's cache that builds with Nix push to where they name none; nil where they do not. The
  /// agent's token opens it.
  public var cacheAddress: String? { state.withLock { $0.cachePath }.map { agent.server + $0 } }

  /// Takes nothing more from now on, and gives back what was on its way here. Call it once nobody claims any more;
  /// builds that run go on.
  public func drain() async {
    state.withLock { $0.offer = nil }
    while state.withLock({ $0.isClaiming }), !Task.isCancelled { await claimEnded.wait() }
    let (isNeeded, sequence, holding) = state.withLock { state in
      // Nobody takes it any more, and the server takes back what is not held.
      if let ready = state.ready.take() { state.held[ready.lease.build] = nil }
      state.sequence += 1
      return (state.sequence > 1, state.sequence, state.held.values.map(\.lease))
    }
    guard isNeeded else { return }
    let claim = request(AgentOffer(agent: agent.name, drivers: []), sequence, holding, wait: 0)
    _ = try? await link.ask("claims", claim, as: ClaimAnswer.self)
  }

  /// Ends what runs here. Call it last.
  public func close() {
    stops.stop()
    threads.stop()
  }

  /// Extends the lease.
  public func renew(_ lease: Lease) async throws -> Lease {
    let path = "leases/\(lease.build)/renewals"
    let answer = try await link.send("POST", path, bytes: .bytes([]), fence: lease.fence, as: RenewalAnswer.self)
    var renewed = lease
    renewed.durationMilliseconds = answer.duration
    return renewed
  }

  /// Waits until the server wants the build to end.
  public func stopRequested(_ lease: Lease) async throws -> StopReason { try await stops.wait(for: lease.build) }

  /// Sends what the `detect` job has found.
  public func extend(_ lease: Lease, by found: PlanExtension) async throws -> ExtendedPlan {
    let answer = try await link.ask("leases/\(lease.build)/plan", found, fence: lease.fence, as: ExtendedPlan.self)
    guard let answer else { throw QueueError.unavailable("the server says nothing of the extended plan") }
    return answer
  }

  /// The agent does nothing more for this lease.
  public func forget(_ lease: Lease) async {
    let held = state.withLock { state -> Held? in
      guard state.held[lease.build]?.lease.fence == lease.fence else { return nil }
      return state.held.removeValue(forKey: lease.build)
    }
    for log in (held?.logs ?? [:]).values { await log.forget() }
    stops.forget(lease.build)
  }
}
