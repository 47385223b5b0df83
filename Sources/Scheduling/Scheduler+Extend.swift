internal import Concurrency
internal import Lifecycle
internal import Logs
public import Model
public import Queue
internal import Store

extension Scheduler {
  /// Stores what the build's `detect` job has found, and tells whoever listens of the jobs that follow from it.
  public func extend(_ lease: Lease, by found: PlanExtension) async throws -> ExtendedPlan {
    try await turns.withTurn(of: lease.build) {
      let owner = try withLive(lease) { $0.owner }
      guard let extended = try await store(found, lease) else { throw QueueError.staleLease(lease.build) }
      try await logs.end(extended.dropped) { ended in
        guard !ended.isEmpty else { return }
        let rows = try await store.apply(ended.keptLogs, under: lease.stored)
        guard rows != nil else { throw QueueError.staleLease(lease.build) }
      }
      let begun = try await begunLogs(extended.jobs)
      let timeout = try withLive(lease) { live in
        live.extend(extended.plan, jobs: extended.jobs, logSizes: begun.mapValues(\.logSize))
        return live.stop == nil ? live.begun + live.timeout : nil
      }
      if try await handOn(extended.build, lease) { throw QueueError.staleLease(lease.build) }
      if let timeout { setDeadline(.timeout(lease.build), at: timeout) }
      // The build too, since what it does has changed.
      let added = extended.jobs.filter { extended.added.contains($0.id) }
      publish(ChangedRows(build: extended.build, jobs: added), lease.build, owner)
      return ExtendedPlan(
        plan: extended.plan, jobs: extended.jobs.map { begun[$0.id] ?? AssignedJob(id: $0.id, logSize: 0) })
    }
  }

  /// Gives a build back whose agent has not what it needs since its plan was extended. True where that was so.
  private func handOn(_ build: Build, _ lease: Lease) async throws -> Bool {
    let (live, agent) = try withLive(lease) { live in
      (live, live.claimant.id)
    }
    // Of one that is not known by what it has, the runner says what is missing.
    guard live.stop == nil, let agent,
      let known = state.withLock({ state in state.agents.entry(of: agent)?.description }),
      !build.needs.isMet(drivers: known.drivers, labels: known.labels)
    else { return false }
    if let job = live.openJobs.first(where: { $0.value.status == .running }) {
      let line =
        "wright: it needs \(build.needs), which agent \(live.claimant.agent) has not: another one begins anew\n"
      _ = try? await logs.append(job.key, at: job.value.logSize, Array(line.utf8), elapsedMilliseconds: 0)
    }
    log.info(
      "build needs another agent", ["build": "\(build.id)", "agent": live.claimant.agent, "needs": "\(build.needs)"])
    try await requeue(live, .givenBack)
    return true
  }

  private func store(_ found: PlanExtension, _ lease: Lease) async throws -> ExtendedBuild? {
    do {
      return try await sayingNoSpace("the build's plan could not be stored") {
        try await store.extend(lease.stored, by: found, at: clock.now)
      }
    } catch let error as StoreError {
      guard case .notExtensible = error else { throw error }
      throw QueueError.invalid("\(error)")
    }
  }
}
