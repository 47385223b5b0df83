internal import Concurrency
internal import Lifecycle
internal import Logs
internal import Model
internal import Queue
internal import Store

extension Scheduler {
  /// Takes up what the last server left, however it ended: queued builds are queued, builds of agents that lived in
  /// that server's process go back on the queue at once, and agents elsewhere get a whole lease to find this server.
  /// Call it once, first.
  public func recover() async throws {
    let (queued, turns) = try await store.queuedBuilds()
    let agents = try await store.agents()
    state.withLock { state in
      state.isFollowing = false
      var queue = FairQueue(served: turns)
      for entry in queued { queue.insert(entry) }
      state.desk = ClaimDesk(queue: queue, draining: Set(agents.filter(\.isDraining).map(\.id)))
      // The time of day may have been set since.
      for agent in agents { _ = state.agents.put(agent, at: clock.uptime - max(clock.now - agent.seenAt, .zero)) }
    }
    let running = try await store.runningBuilds()
    for build in running { try await recover(build) }
    if !running.isEmpty || !queued.isEmpty {
      log.info("queue recovered", ["queued": "\(queued.count)", "interrupted": "\(running.count)"])
    }
  }

  private func recover(_ running: RunningBuild) async throws {
    let id = running.lease.build
    guard let build = try await store.build(id) else { return }
    let jobs = try await store.jobs(of: id, owner: running.owner)
    var sizes: [JobID: Int64] = [:]
    for job in jobs where job.startedAt != nil && !job.status.isFinal {
      sizes[job.id] = try await logs.state(job.id).size
    }
    // Nobody could renew a lease while there was no server, however long that was.
    var live = LiveBuild(
      lease: running.lease, build: build, claimant: running.claimant, timeout: running.timeout,
      begun: clock.uptime - max(clock.now - running.claimedAt, .zero), leaseEnd: clock.uptime + configuration.lease,
      jobs: jobs,
      logSizes: sizes)
    live.stop = running.stop
    state.withLock { $0.live[id] = live }
    if running.claimant.instance == Self.inProcess {
      do {
        try await turns.withTurn(of: id) { [live] in try await lose(live, cause: "the server stopped while it ran") }
      } catch  where error.isNoSpace {
        // A full disk keeps no server from starting: the timer tries again.
        log.warning("interrupted build not yet back on the queue", ["build": "\(id)", "error": "\(error)"])
        state.withLock { $0.live[id]?.leaseEnd = clock.uptime }
        setDeadline(.lease(id), at: clock.uptime)
      }
    } else {
      watch(live, running, jobs)
    }
  }

  /// Sets the deadlines of a build whose agent may still be there.
  private func watch(_ live: LiveBuild, _ running: RunningBuild, _ jobs: [Job]) {
    let id = running.lease.build
    setDeadline(.lease(id), at: live.leaseEnd)
    if live.stop != nil {
      setDeadline(.stop(id), at: clock.uptime + configuration.stopLimit)
      return
    }
    setDeadline(.timeout(id), at: max(live.begun + running.timeout, clock.uptime))
    let job = jobs.first { live.driverJobs.contains($0.id) && $0.status == .running }
    if let start = job?.startedAt {
      let limit = configuration.driverCreationLimit - max(clock.now - start, .zero)
      setDeadline(.driver(id), at: clock.uptime + max(limit, .zero))
    }
  }
}
