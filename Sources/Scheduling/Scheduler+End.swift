internal import Concurrency
internal import Lifecycle
internal import Logs
internal import Model
public import Queue
internal import Store

extension Scheduler {
  /// Ends the build, or puts it back on the queue where the agent gives it back. Where the server has asked for the
  /// build's end while a job had not ended, it ends as the server has asked, whatever the agent says.
  public func finish(_ lease: Lease, after changes: [ProgressChange], _ outcome: BuildOutcome) async throws {
    try await turns.withTurn(of: lease.build) {
      let live = try withLive(lease) { $0 }
      try await sayingNoSpace("the build's end could not be stored") { try await end(live, lease, changes, outcome) }
    }
  }

  private func end(
    _ live: LiveBuild, _ lease: Lease, _ changes: [ProgressChange], _ outcome: BuildOutcome
  ) async throws {
    let status = live.end(reported: outcome.status, after: changes)
    if status == .queued {
      if !changes.isEmpty { try await take(changes, lease) }
      try await requeue(live, .givenBack)
    } else if status.isFinal, status.isBuildStatus {
      let isAsked = status == live.stop
      try await end(live, status, reason: isAsked ? live.unstoredReason : outcome.reason, after: changes)
    } else {
      throw QueueError.invalid("a build cannot end as \(outcome.status.rawValue)")
    }
  }

  /// Ends a live build in its turn, with the last `changes` that its agent reported: the logs and the database in one
  /// step, then the memory.
  func end(
    _ live: LiveBuild, _ status: Status, reason: String?, after changes: [ProgressChange] = []
  ) async throws {
    let id = live.lease.build
    let rows: ChangedRows
    do {
      rows = try await revoking(live) { try await storeEnd(of: $0, status, reason: reason, after: changes) }
    } catch QueueError.staleLease {
      drop(id)
      throw QueueError.staleLease(id)
    }
    drop(id)
    noteEnd(rows, id, live.owner)
    log.info("build ended", ["build": "\(id)", "status": status.rawValue, "agent": live.claimant.agent])
    if live.hasArtifacts { curationWanted.signal() }
  }

  private func storeEnd(
    of live: LiveBuild, _ status: Status, reason: String?, after changes: [ProgressChange]
  ) async throws -> ChangedRows {
    let reported = try live.jobsEnding(with: changes)
    return try await logs.end(Set(reported + live.jobsWithLogs).sorted()) { ended in
      let others = ended.filter { !reported.contains($0.key) }
      let rows = try await store.finish(
        live.lease.build, lease: live.lease, after: try stored(changes, ended) + others.keptLogs, status: status,
        jobs: [.killed, .timedOut].contains(status) ? status : .failed, reason: reason,
        logSizes: others.mapValues(\.state.size), at: clock.now)
      // Thrown here, so that the logs do not end with a build that somebody else has.
      guard let rows else { throw QueueError.staleLease(live.lease.build) }
      return rows
    }
  }

  /// Puts a live build back on the queue in its turn.
  func requeue(_ live: LiveBuild, _ how: Requeue) async throws {
    let id = live.lease.build
    let result = try await revoking(live) { live in
      // What was let in before is in the log, and the next agent goes on after it.
      await logTurns.withTurn(of: id) {}
      // A crash may have come between the end of a log and that of its job; such a log takes no more.
      var ended: Set<JobID> = []
      for job in live.jobsWithLogs where try await logs.state(job).ended { ended.insert(job) }
      return try await store.requeue(live.lease, how, endedLogs: ended, at: clock.now)
    }
    drop(id)
    guard let result else { throw QueueError.staleLease(id) }
    publish(result.rows, id, live.owner)
    enqueue(result.entry)
  }

  /// The agent of a live build was lost: in its turn, decides what becomes of it.
  func lose(_ live: LiveBuild, cause: String) async throws {
    let decision = LostBuild.decide(
      attempt: live.attempt, limit: configuration.attemptLimit, stop: live.stop, cause: cause)
    switch decision {
    case .requeue: try await requeue(live, .lost)
    case .end(let status, let reason): try await end(live, status, reason: live.unstoredReason ?? reason)
    }
    // Afterwards: on a full disk this is tried many times.
    log.warning(
      "agent lost",
      ["build": "\(live.lease.build)", "agent": live.claimant.agent, "cause": cause, "next": "\(decision)"])
    state.withLock { $0.metrics.lost += 1 }
  }

  /// Tells the agent of a running build to end it, in the build's turn. The first reason counts.
  func requestStop(_ build: Build, _ status: Status, reason: String?) async throws -> Build {
    guard let live = state.withLock({ $0.live[build.id] }) else { throw QueueError.notFound(build.id) }
    if live.stop != nil { return build }
    var unstored: String?
    do {
      guard try await store.requestStop(live.lease, status, reason: reason) else {
        throw QueueError.notFound(build.id)
      }
    } catch  where error.isNoSpace {
      // Ending a build may be what gives space back, so the agent hears of it all the same. It is stored with the end.
      log.warning("stop of a build kept in memory only", ["build": "\(build.id)", "error": "\(error)"])
      unstored = reason
    }
    let waiters = state.withLock { state in
      state.deadlines.remove(.timeout(build.id))
      state.deadlines.remove(.driver(build.id))
      defer { state.live[build.id]?.stopWaiters = [:] }
      state.live[build.id]?.stop = status
      state.live[build.id]?.unstoredReason = unstored
      return Array((state.live[build.id]?.stopWaiters ?? [:]).values)
    }
    for waiter in waiters { waiter.resume(returning: status == .timedOut ? .timedOut : .killed) }
    tellStop(to: live.claimant.instance)
    setDeadline(.stop(build.id), at: clock.uptime + configuration.stopLimit)
    return try await store.build(build.id) ?? build
  }

  /// Runs `body` while nothing more is taken from the agent. Where it throws, as on a full disk, the lease is as it
  /// was, so that the agent or the timer can try again.
  private func revoking<Result>(_ live: LiveBuild, _ body: (LiveBuild) async throws -> Result) async throws -> Result {
    let id = live.lease.build
    let latest = state.withLock { state in
      state.live[id]?.isRevoked = true
      return state.live[id] ?? live
    }
    do {
      return try await body(latest)
    } catch {
      state.withLock { $0.live[id]?.isRevoked = false }
      throw error
    }
  }

  /// Forgets a build that does not run any more; whoever waits for its stop hears that the lease is gone.
  private func drop(_ id: BuildID) {
    let live = state.withLock { state in
      state.deadlines.removeAll(of: id)
      return state.live.removeValue(forKey: id)
    }
    for waiter in (live?.stopWaiters ?? [:]).values { waiter.resume(throwing: QueueError.staleLease(id)) }
  }
}
