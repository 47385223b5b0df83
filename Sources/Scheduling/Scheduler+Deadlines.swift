internal import Concurrency
internal import Lifecycle
internal import Model
internal import Queue
internal import Store

extension Scheduler {
  /// Sleeps until the next deadline, acts, and so on until cancelled.
  func runDeadlines() async throws {
    while !Task.isCancelled {
      let next = state.withLock { $0.deadlines.next }
      if next.map({ $0 > clock.uptime }) ?? true { await clock.sleep(until: next, or: deadlinesChanged) }
      await meetDeadlines()
    }
  }

  /// Acts on all deadlines that have come, on different builds at once.
  func meetDeadlines() async {
    let due = state.withLock { $0.deadlines.due(at: clock.uptime) }
    await withTaskGroup(of: Void.self) { group in
      for deadline in due { group.addTask { await self.meet(deadline) } }
    }
  }

  private func meet(_ deadline: Deadline) async {
    do {
      try await turns.withTurn(of: deadline.build) { try await act(on: deadline) }
    } catch is QueueError {
      // The build has ended or was taken from the agent in the meantime: nothing is left to do.
    } catch {
      // As on a full disk.
      let (failures, delay) = state.withLock { $0.deadlines.noteFailure(deadline) }
      if failures == 1 {
        log.error("deadline could not be met, trying again", ["deadline": "\(deadline)", "error": "\(error)"])
      }
      return setDeadline(deadline, at: clock.uptime + delay)
    }
    if state.withLock({ $0.deadlines.noteSuccess(deadline) }) {
      log.info("deadline met", ["deadline": "\(deadline)"])
    }
  }

  private func act(on deadline: Deadline) async throws {
    guard let live = state.withLock({ $0.live[deadline.build] }) else { return }
    switch deadline {
    case .lease:
      // It may have been renewed while this waited for its turn.
      guard live.leaseEnd <= clock.uptime else { return }
      dismissClaims(of: live.claimant.instance)
      try await lose(live, cause: "agent \(live.claimant.agent) did not renew its lease")
    case .stop:
      guard let stop = live.stop else { return }
      try await end(live, stop, reason: live.unstoredReason)
      log.warning("agent did not stop in time", ["build": "\(deadline.build)", "agent": live.claimant.agent])
    case .timeout:
      try await timeOut(live, "It took longer than its limit of \(live.timeout.quantity).")
    case .driver:
      try await timeOut(
        live, "The driver was not created within \(configuration.driverCreationLimit.quantity).")
    }
  }

  private func timeOut(_ live: LiveBuild, _ reason: String) async throws {
    guard let build = try await store.build(live.lease.build) else { return }
    _ = try await requestStop(build, .timedOut, reason: reason)
  }
}

extension Deadline {
  var build: BuildID {
    switch self {
    case .lease(let build), .timeout(let build), .driver(let build), .stop(let build): build
    }
  }
}
