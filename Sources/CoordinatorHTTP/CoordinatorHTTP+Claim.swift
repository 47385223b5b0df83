internal import Concurrency
internal import Model
public import Queue

extension CoordinatorHTTP {
  /// Waits for a build. One request asks for all slots of the process, one after the other: the server takes back what
  /// a process does not know to hold, so nothing may be on its way to it by two ways.
  public func claim(_ offer: AgentOffer) async throws -> Assignment {
    try await claimTurns.withTurnUnlessCancelled(of: 0) {
      while true {
        switch state.withLock({ next(&$0, offer) }) {
        case .ready(let assignment): return assignment
        case .busy:
          await claimEnded.wait()
          try Task.checkCancellation()
        case .ask(let sequence, let holding):
          if let assignment = try await ask(offer, sequence, holding) { return assignment }
        }
      }
    }
  }

  private enum Next {
    case ready(Assignment)
    case busy
    case ask(Int64, [HeldLease])
  }

  private func next(_ state: inout State, _ offer: AgentOffer) -> Next {
    state.offer = offer
    if let ready = state.ready.take() { return .ready(ready) }
    guard let (sequence, holding) = begin(&state) else { return .busy }
    return .ask(sequence, holding)
  }

  /// Begins a request that may bring a build; nil while there is another, and while one waits to be taken.
  func begin(_ state: inout State) -> (sequence: Int64, holding: [HeldLease])? {
    guard !state.isClaiming, state.ready == nil else { return nil }
    state.isClaiming = true
    state.sequence += 1
    return (state.sequence, state.held.values.map(\.lease))
  }

  private func ask(_ offer: AgentOffer, _ sequence: Int64, _ holding: [HeldLease]) async throws -> Assignment? {
    do {
      let message = request(offer, sequence, holding, wait: AgentProtocol.longestWait)
      let answer = try await link.ask("claims", message, patience: .poll, as: ClaimAnswer.self)
      take(answer, isReady: false)
      return answer?.assignment
    } catch {
      take(nil, isReady: false)
      throw error
    }
  }

  /// A request that might have brought a build is over.
  func take(_ answer: ClaimAnswer?, isReady: Bool) {
    state.withLock { state in
      state.isClaiming = false
      guard let answer else { return }
      let lease = answer.assignment.lease
      state.held[lease.build] = Held(lease: HeldLease(build: lease.build, fence: lease.fence))
      state.cachePath = answer.cachePath
      if isReady { state.ready = answer.assignment }
    }
    claimEnded.signal()
  }

  func request(_ offer: AgentOffer, _ sequence: Int64, _ holding: [HeldLease], wait: Int64) -> ClaimRequest {
    ClaimRequest(
      agent: offer.agent, sequence: sequence, holding: holding, slots: agent.slots, busy: holding.count,
      drivers: offer.drivers, labels: agent.labels, version: agent.version, machine: agent.machine(), wait: wait)
  }
}
