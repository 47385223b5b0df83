internal import Concurrency
internal import Lifecycle
public import Model
public import Queue
internal import Store

extension Scheduler: AgentDirectory {
  /// What the store knows of agents, with the last contacts that this server knows better.
  public func agents(of user: UserID, after last: AgentID?, limit: Int) async throws -> [Agent] {
    try await described(try await store.agents(of: user, after: last, limit: limit), for: user)
  }

  /// One agent.
  public func agent(_ id: AgentID, of user: UserID) async throws -> Agent {
    guard let agent = try await store.agent(id, of: user) else { throw AgentError.notFound(id) }
    guard let described = try await described([agent], for: user).first else { throw AgentError.notFound(id) }
    return described
  }

  /// Has an agent take nothing more, or builds again; one that waits gets what suits it at once.
  public func setDraining(_ id: AgentID, _ isDraining: Bool, by user: UserID) async throws -> Agent {
    _ = try await own(id, user)
    guard try await store.setDraining(id, isDraining) else { throw AgentError.notFound(id) }
    let taken = state.withLock { state -> [(WaitingClaim, QueuedBuild)] in
      state.agents.setDraining(id, isDraining)
      if isDraining {
        state.desk.drain(id)
        return []
      }
      return state.desk.resume(id).compactMap { match in
        state.claims.removeValue(forKey: match.waiter).map { ($0, match.entry) }
      }
    }
    for (claim, entry) in taken { claim.continuation.resume(returning: entry) }
    log.info(isDraining ? "agent drains" : "agent works again", ["agent": "\(id)", "user": "\(user)"])
    hub.publishAgents()
    return try await agent(id, of: user)
  }

  /// Forgets an agent that is offline.
  public func removeAgent(_ id: AgentID, by user: UserID) async throws {
    let stored = try await own(id, user)
    let agent = try await agent(id, of: user)
    guard agent.state == .offline else { throw AgentError.online(name: stored.name) }
    guard try await store.removeAgent(id) else { throw AgentError.notFound(id) }
    state.withLock { state in
      state.agents.remove(id)
      state.desk.forget(id)
    }
    hub.publishAgents()
  }

  /// Why a queued build has no agent yet.
  public func obstacle(for build: Build) async throws -> String? {
    guard build.status == .queued else { return nil }
    try checkLeading()
    let agents = try await store.agents(of: build.owner, limit: 10_000)
    let known = state.withLock { state in
      state.touchWaiting(at: clock.uptime, clock.now)
      return agents.map { state.agents.current($0) }
    }
    return Obstacle.sentence(
      needs: build.needs,
      agents: known.map { ($0.name, $0.description.drivers, $0.description.labels, state(of: $0), $0.seenAt) },
      now: clock.now)
  }

  /// How the queue stood.
  public func history(_ span: QueueSpan) async throws -> [QueueMoment] {
    try checkLeading()
    let (now, step) = (clock.now.minute, span.step)
    let stored = try await store.samples(since: (now - span.minutes) / step * step, step: step)
    // The present minute counts too.
    return QueueSample.joined(stored, with: state.withLock { $0.sample.present(at: clock.now) }, step: step).map {
      sample in
      QueueMoment(
        time: Timestamp(milliseconds: sample.minute * 60_000), queued: sample.queued, running: sample.running,
        begun: sample.begun, meanWait: sample.meanMilliseconds.map { .milliseconds($0) },
        longestWait: .milliseconds(sample.longestMilliseconds))
    }
  }

  private func own(_ id: AgentID, _ user: UserID) async throws -> StoredAgent {
    guard let agent = try await store.agent(id, of: user) else { throw AgentError.notFound(id) }
    guard agent.owner == user else { throw AgentError.notYours(id) }
    return agent
  }

  private func described(_ stored: [StoredAgent], for user: UserID) async throws -> [Agent] {
    try checkLeading()
    let running = try await store.runningBuilds(by: stored.map(\.id))
    let byAgent = Dictionary(grouping: running) { $0.agent?.id }
    return state.withLock { state in
      state.touchWaiting(at: clock.uptime, clock.now)
      return stored.map { state.agents.current($0) }
    }.map { agent in
      let builds = byAgent[agent.id] ?? []
      return Agent(
        id: agent.id, name: agent.name, owner: agent.owner, isShared: agent.description.isShared,
        state: self.state(of: agent), slots: agent.description.slots, busy: builds.count,
        builds: builds.filter { $0.owner == user }, drivers: agent.description.drivers,
        labels: agent.description.labels, version: agent.description.version,
        machine: AgentMachine(json: agent.description.machine), createdAt: agent.createdAt, seenAt: agent.seenAt)
    }
  }

  private func state(of agent: StoredAgent) -> AgentState {
    if clock.now - agent.seenAt > configuration.agentSilence { return .offline }
    return agent.isDraining ? .draining : .online
  }
}

extension AgentBook {
  /// A stored agent with what is known of it here, where that is newer.
  func current(_ agent: StoredAgent) -> StoredAgent {
    guard let entry = self[Key(owner: agent.owner, name: agent.name)], entry.id == agent.id,
      entry.seenAt > agent.seenAt
    else { return agent }
    var current = agent
    current.seenAt = entry.seenAt
    current.description = entry.description
    return current
  }
}
