internal import Concurrency
internal import FoundationEssentials
internal import Lifecycle
internal import Model
public import Queue
internal import Store

extension Scheduler: AgentRegistry {
  /// Notes what an agent says of itself, and returns whether it is to work. Throws `QueueError.invalid` for what no agent
  /// can be, and where another process has taken the agent's name.
  public func seen(_ contact: AgentContact) async throws -> AgentOrder {
    if let problem = contact.problem { throw QueueError.invalid(problem) }
    guard let owner = contact.owner ?? configuration.administrator else { return .work }
    let description = StoredAgent.Description(
      isShared: contact.owner == nil || contact.owner == configuration.administrator, instance: contact.instance,
      drivers: contact.drivers, labels: contact.labels, slots: contact.slots, version: contact.version,
      machine: contact.machine.json)
    let key = AgentBook.Key(owner: owner, name: contact.name)
    switch state.withLock({ $0.agents.note(description, of: key, at: clock.uptime, clock.now) }) {
    case .known(let order): return order
    case .replaced:
      throw QueueError.invalid(
        "another process is the agent '\(contact.name)' now; give each agent a name of its own with --name")
    case .store:
      let agent = try await store.putAgent(owner: owner, name: contact.name, description, at: clock.now)
      let order = state.withLock { $0.agents.put(agent, at: clock.uptime) }
      log.info("agent", ["agent": agent.name, "id": "\(agent.id)", "order": order.rawValue])
      hub.publishAgents()
      return order
    }
  }

  /// The agent that makes an offer; nil where it has not said what it is.
  func agentID(of offer: AgentOffer) -> AgentID? {
    guard let owner = offer.owner ?? configuration.administrator else { return nil }
    return state.withLock { $0.agents[AgentBook.Key(owner: owner, name: offer.agent)]?.id }
  }

  /// Looks after the agents, and after the figures of each minute, until cancelled.
  func tendAgents() async throws {
    var nextStored = clock.uptime
    while !Task.isCancelled {
      let isDue = nextStored <= clock.uptime
      if isDue { nextStored = clock.uptime + configuration.lease }
      await lookAfterAgents(storing: isDue)
      try? await clock.sleep(until: clock.uptime + configuration.agentInterval)
    }
    // What of this minute is known is not lost with the server.
    try? await store.addSample(state.withLock { $0.sample.present(at: clock.now) })
  }

  /// One look: who waits for a build is there, who was silent too long is offline. With `storing` the last contacts are
  /// stored; in between, memory knows them.
  func lookAfterAgents(storing: Bool) async {
    let (hasChanged, seen, sample) = state.withLock { state in
      state.touchWaiting(at: clock.uptime, clock.now)
      let hasChanged = state.agents.expire(after: configuration.agentSilence, at: clock.uptime)
      let sample = state.sample.takeEnded(
        at: clock.now, queued: state.desk.queue.count, running: state.live.count)
      return (hasChanged, storing ? state.agents.takeDirty() : [], sample)
    }
    do {
      if !seen.isEmpty { try await store.noteSeen(seen) }
      if let sample { try await store.addSample(sample) }
    } catch {
      // As on a full disk: what is missing is told again with the next contact.
      log.debug("agents not stored", ["error": "\(error)"])
    }
    if hasChanged || hub.hasOwners { hub.publishAgents() }
  }
}

extension Scheduler.State {
  /// Agents that wait for a build are there, however long ago they asked.
  mutating func touchWaiting(at now: Duration, _ time: Timestamp) {
    for agent in desk.waitingAgents { agents.touch(agent, at: now, time) }
  }
}

extension AgentContact {
  /// Why no agent can be like this, as a sentence; nil where one can.
  var problem: String? {
    guard (1...100).contains(name.unicodeScalars.count), name.first != " ", name.last != " ",
      !name.unicodeScalars.contains(where: { $0.value < 32 || (127..<160).contains($0.value) })
    else { return "an agent's name has 1 to 100 characters, none of them a control character" }
    if owner != nil, name == Self.ownName { return "'\(name)' is the server's own agent; give this one another name" }
    if !(0...100_000).contains(slots) { return "an agent cannot have \(slots) slots" }
    if drivers.count > 100 || drivers.contains(where: { $0.isEmpty || $0.utf8.count > 100 || $0.utf8.contains(0) }) {
      return "the agent's drivers are not valid"
    }
    let isPlain = labels.labelTexts.allSatisfy { AgentLabel($0) != nil }
    if labels.count > AgentLabel.limit || !isPlain {
      return "an agent has at most \(AgentLabel.limit) labels: key=value with \(AgentLabel.rule)"
    }
    let texts = [instance, version, machine.host, machine.system, machine.architecture]
    if texts.contains(where: { $0.utf8.count > 300 || $0.utf8.contains(0) }) {
      return "what the agent says of its machine is too long, or holds a NUL character"
    }
    return nil
  }
}
