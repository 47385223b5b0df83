internal import Concurrency
internal import Lifecycle
public import Model
public import Queue
internal import Store

extension Scheduler: AgentGateway {
  /// Takes a build for a process elsewhere, once what that process has lost is back on the queue.
  public func claim(
    _ offer: AgentOffer, process: AgentProcess, holding: [HeldLease], mayWait: Bool,
    isThere: @escaping @Sendable () -> Bool
  ) async throws -> Assignment? {
    try await takeBack(from: process, holding: Set(holding))
    let (wanted, agent) = (QueueOffer(offer), agentID(of: offer))
    while true {
      guard
        let entry = mayWait
          ? try await nextBuild(wanted, agent, process.instance)
          : state.withLock({ $0.desk.next(for: wanted, agent: agent) })
      else {
        return nil
      }
      guard isThere() else {
        putBack(entry)
        throw CancellationError()
      }
      let claimant = Claimant(agent: offer.agent, instance: process.instance, id: agent)
      if let assignment = try await take(entry, for: claimant) { return assignment }
    }
  }

  /// Puts back what the process was given and never heard of, and what the process before it had.
  private func takeBack(from process: AgentProcess, holding: Set<HeldLease>) async throws {
    let lost = state.withLock { state in
      state.live.values.filter { live in
        let instance = live.claimant.instance
        return instance == process.instance ? !holding.contains(live.held) : process.succeeds(instance)
      }
    }
    for live in lost {
      do {
        try await turns.withTurn(of: live.lease.build) {
          // It may have ended while this waited for its turn.
          let now = state.withLock { $0.live[live.lease.build] }
          guard let now, now.held == live.held, !now.isRevoked else { return }
          if now.claimant.instance == process.instance, now.stop == nil {
            try await requeue(now, .givenBack)
            log.info("build never reached its agent", ["build": "\(now.lease.build)", "agent": now.claimant.agent])
          } else {
            try await lose(now, cause: "agent \(now.claimant.agent) was started anew")
          }
        }
      } catch is QueueError {
        // Its lease has gone meanwhile.
      }
    }
  }

  /// Whether the lease is one of this process's.
  public func holds(_ process: AgentProcess, _ lease: Lease) -> Bool {
    state.withLock { state in
      guard let live = state.live[lease.build] else { return false }
      return live.lease.fence == lease.fence && live.claimant.instance == process.instance
    }
  }

  /// Whether a lease is any process's.
  public func isLive(_ lease: HeldLease) -> Bool { state.withLock { $0.live[lease.build]?.held == lease } }

  /// Waits until a build of the process is to end.
  public func stops(of process: AgentProcess, told: Set<BuildID>) async throws -> [BuildStop] {
    let signal = state.withLock { state in
      state.stopListeners[process.instance, default: StopListener()].count += 1
      return state.stopListeners[process.instance]?.signal ?? Wakeup()
    }
    defer {
      state.withLock { state in
        state.stopListeners[process.instance]?.count -= 1
        if state.stopListeners[process.instance]?.count == 0 { state.stopListeners[process.instance] = nil }
      }
    }
    while true {
      let stops = state.withLock { state in
        state.live.compactMap { build, live -> BuildStop? in
          guard live.claimant.instance == process.instance, !told.contains(build) else { return nil }
          return live.stopReason.map { BuildStop(build: build, reason: $0) }
        }
      }
      if !stops.isEmpty { return stops.sorted { $0.build < $1.build } }
      await signal.wait()
      try Task.checkCancellation()
    }
  }

  /// Tells a process that listens that one of its builds is to end.
  func tellStop(to instance: String) { state.withLock { $0.stopListeners[instance]?.signal }?.signal() }

  /// Whether nothing is left to be reported under the lease.
  public func isOver(_ lease: Lease) async throws -> Bool { try await store.isOver(lease.stored) }
}

extension LiveBuild {
  var held: HeldLease { HeldLease(build: lease.build, fence: lease.fence) }
}
