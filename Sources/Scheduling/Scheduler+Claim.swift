internal import Concurrency
internal import Lifecycle
internal import Logs
internal import Model
public import Queue
internal import Store

extension Scheduler {
  /// The instance of agents that live in this process: when it ends, so do they, and their leases are void.
  public static let inProcess = "in-process"

  /// Waits for a build for an agent of this process, and takes it.
  public func claim(_ offer: AgentOffer) async throws -> Assignment {
    try await claim(offer, instance: Self.inProcess)
  }

  /// Waits for a build and takes it. `instance` names the process that the agent lives in, where it is another one.
  public func claim(_ offer: AgentOffer, instance: String) async throws -> Assignment {
    let wanted = QueueOffer(offer)
    let agent = agentID(of: offer)
    while true {
      let entry = try await nextBuild(wanted, agent, instance)
      if let assignment = try await take(entry, for: Claimant(agent: offer.agent, instance: instance, id: agent)) {
        return assignment
      }
    }
  }

  /// Takes a build whose turn has come; nil where it is not to be had any more. Where this fails it is on the queue.
  func take(_ entry: QueuedBuild, for claimant: Claimant) async throws -> Assignment? {
    try await sayingNoSpace("builds wait until there is space again") { try await take(entry, claimant) }
  }

  func nextBuild(_ offer: QueueOffer, _ agent: AgentID?, _ instance: String) async throws -> QueuedBuild {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let now = state.withLock { state -> Result<QueuedBuild, any Error>? in
          if Task.isCancelled { return .failure(CancellationError()) }
          if let entry = state.desk.ask(id, offer, agent: agent) { return .success(entry) }
          state.claims[id] = WaitingClaim(instance: instance, continuation: continuation)
          return nil
        }
        if let now { continuation.resume(with: now) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        state.desk.leave(id)
        return state.claims.removeValue(forKey: id)
      }
      waiting?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Ends what a process waits for that has let a lease run out: it would not notice what it is given. Once it is awake
  /// again it asks again.
  func dismissClaims(of instance: String) {
    guard instance != Self.inProcess else { return }
    let waiting = state.withLock { state in
      let waiting = state.claims.filter { $0.value.instance == instance }
      for id in waiting.keys {
        state.desk.leave(id)
        state.claims[id] = nil
      }
      return waiting.values
    }
    for claim in waiting { claim.continuation.resume(throwing: CancellationError()) }
  }

  /// Takes the build in its turn; nil where it is not to be had any more. Where this fails the build is on the queue.
  private func take(_ entry: QueuedBuild, _ claimant: Claimant) async throws -> Assignment? {
    try await turns.withTurn(of: entry.id) {
      guard let claimed = try await claim(entry, claimant) else { return nil }
      let live = begin(claimed, entry, claimant)
      do {
        let logs = claimed.fence == 1 ? [:] : try await begunLogs(claimed.jobs)
        try Task.checkCancellation()
        state.withLock { state in
          for (job, log) in logs { state.live[entry.id]?.openJobs[job]?.logSize = log.logSize }
        }
        let begun = claimed.jobs.filter { $0.status == .running }
        for job in begun { limitDriver(live.lease, job) }
        // The build first: its jobs run because it does.
        publish(ChangedRows(build: claimed.build, jobs: []), entry.id, entry.owner)
        publish(ChangedRows(build: nil, jobs: begun), entry.id, entry.owner)
        return assignment(claimed, logs)
      } catch {
        // Should this fail too, the lease runs out by itself.
        try await requeue(live, .givenBack)
        throw error
      }
    }
  }

  /// Claims the build in the database. One whose plan cannot be read fails; after any other error it is still queued.
  private func claim(_ entry: QueuedBuild, _ claimant: Claimant) async throws -> ClaimedBuild? {
    do {
      try Task.checkCancellation()
      // Without space for its log it would only fail.
      try await logs.checkSpace()
      let now = clock.now
      let turn = state.withLock { $0.desk.queue.turn }
      do {
        return try await store.claim(entry, by: claimant, until: now + configuration.lease, turn: turn, at: now)
      } catch let error as StoreError {
        try await fail(entry, "\(error)")
        return nil
      }
    } catch {
      putBack(entry)
      throw error
    }
  }

  /// Its turn had come, so it goes to the front.
  func putBack(_ entry: QueuedBuild) {
    var front = entry
    front.isRequeued = true
    enqueue(front)
  }

  private func fail(_ entry: QueuedBuild, _ reason: String) async throws {
    log.error("build cannot be run", ["build": "\(entry.id)", "error": reason])
    let rows = try await store.finish(
      entry.id, lease: nil, status: .failed, jobs: .failed, reason: reason, logSizes: [:], at: clock.now)
    if let rows { noteEnd(rows, entry.id, entry.owner) }
  }

  private func assignment(_ claimed: ClaimedBuild, _ logs: [JobID: AssignedJob]) -> Assignment {
    Assignment(
      lease: Lease(
        build: claimed.build.id, fence: claimed.fence, attempt: claimed.build.attempt,
        durationMilliseconds: configuration.lease.milliseconds),
      number: claimed.build.number, plan: claimed.plan,
      jobs: claimed.jobs.prefix(claimed.plan.jobs.count).map { logs[$0.id] ?? AssignedJob(id: $0.id, logSize: 0) })
  }

  /// What earlier agents have left in the logs; none of that where there was none.
  func begunLogs(_ jobs: [Job]) async throws -> [JobID: AssignedJob] {
    var begun: [JobID: AssignedJob] = [:]
    for job in jobs where job.startedAt != nil {
      let state = try await logs.state(job.id)
      // A line that was cut off counts as one.
      let last = try await logs.read(job.id, from: max(0, state.size - 1), limit: 1)
      let ends = last.first == UInt8(ascii: "\n") ? state.lines : max(0, state.lines - 1)
      begun[job.id] = AssignedJob(id: job.id, logSize: state.size, logLines: ends)
    }
    return begun
  }

  /// From here on the build is live: its deadlines see to it that it does not stay so for ever.
  private func begin(_ claimed: ClaimedBuild, _ entry: QueuedBuild, _ claimant: Claimant) -> LiveBuild {
    let uptime = clock.uptime
    let timeout = Duration.seconds(claimed.plan.timeoutSeconds)
    let live = LiveBuild(
      lease: StoredLease(build: entry.id, fence: claimed.fence), build: claimed.build, claimant: claimant,
      timeout: timeout, begun: uptime, leaseEnd: uptime + configuration.lease, jobs: claimed.jobs)
    state.withLock { state in
      state.live[entry.id] = live
      guard claimed.fence == 1 else { return state.sample.note(state.desk.queue.count, state.live.count) }
      let wait = max(.zero, clock.now - entry.createdAt)
      state.metrics.waits.add(Double(wait.milliseconds) / 1000)
      state.sample.begin(after: wait)
      state.sample.note(state.desk.queue.count, state.live.count)
    }
    setDeadline(.lease(entry.id), at: live.leaseEnd)
    setDeadline(.timeout(entry.id), at: uptime + timeout)
    return live
  }
}
