internal import Model
internal import Store

/// Brings waiting builds and waiting agents together: a build that comes is handed to the one agent that has waited
/// longest and can take it, and nobody else is woken. Agents that drain wait without getting anything.
struct ClaimDesk: Sendable {
  /// An agent that waits.
  private struct Waiter {
    var id: UInt64
    var offer: QueueOffer
    var agent: AgentID?
  }

  /// An agent that gets a build.
  struct Match: Sendable {
    var waiter: UInt64
    var entry: QueuedBuild
  }

  private(set) var queue: FairQueue
  private var waiters: [Waiter] = []
  private var draining: Set<AgentID> = []

  init(queue: FairQueue = FairQueue(), draining: Set<AgentID> = []) {
    self.queue = queue
    self.draining = draining
  }

  var waiting: Int { waiters.count }
  /// The agents that wait, those that drain among them.
  var waitingAgents: Set<AgentID> { Set(waiters.compactMap(\.agent)) }

  /// An agent asks: it gets a build, or waits under `id`.
  mutating func ask(_ id: UInt64, _ offer: QueueOffer, agent: AgentID? = nil) -> QueuedBuild? {
    let waiter = Waiter(id: id, offer: offer, agent: agent)
    if !drains(waiter), let entry = queue.next(for: offer) { return entry }
    waiters.append(waiter)
    return nil
  }

  /// An agent waits no longer.
  mutating func leave(_ id: UInt64) { waiters.removeAll { $0.id == id } }

  /// A build comes. Returns the agent that gets a build now, and the build.
  mutating func add(_ entry: QueuedBuild) -> Match? {
    queue.insert(entry)
    guard let index = waiters.firstIndex(where: { $0.offer.suits(entry) && !drains($0) }),
      let next = queue.next(for: waiters[index].offer)
    else { return nil }
    return Match(waiter: waiters.remove(at: index).id, entry: next)
  }

  /// The build whose turn it is for an agent that does not wait.
  mutating func next(for offer: QueueOffer, agent: AgentID? = nil) -> QueuedBuild? {
    if let agent, draining.contains(agent) { return nil }
    return queue.next(for: offer)
  }

  /// A build is not to be handed out any more.
  mutating func remove(_ id: BuildID) { queue.remove(id) }

  /// An agent takes nothing more.
  mutating func drain(_ agent: AgentID) { draining.insert(agent) }

  /// An agent takes builds again: returns what it gets at once.
  mutating func resume(_ agent: AgentID) -> [Match] {
    guard draining.remove(agent) != nil else { return [] }
    var matches: [Match] = []
    for waiter in waiters where waiter.agent == agent {
      guard let entry = queue.next(for: waiter.offer) else { continue }
      matches.append(Match(waiter: waiter.id, entry: entry))
    }
    let served = Set(matches.map(\.waiter))
    waiters.removeAll { served.contains($0.id) }
    return matches
  }

  /// An agent is not known any more.
  mutating func forget(_ agent: AgentID) { draining.remove(agent) }

  private func drains(_ waiter: Waiter) -> Bool { waiter.agent.map(draining.contains) ?? false }
}
