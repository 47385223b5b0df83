import ManualTime
import Model
import Queue
import Store
import Testing

@testable import Scheduling

extension World {
  /// What an agent elsewhere says of itself.
  func contact(
    _ name: String = "far", owner: UserID? = nil, instance: String = "far-1", labels: [String: String] = [:],
    drivers: [String] = ["host"]
  ) -> AgentContact {
    AgentContact(
      name: name, owner: owner ?? user, instance: instance, slots: 2, busy: 0, drivers: drivers, labels: labels,
      version: "1.2.3",
      machine: AgentMachine(
        host: "m", system: "Debian", architecture: "x86_64", processors: 4, memory: 1 << 30, loadPercent: 150))
  }

  func only() async throws -> Agent { try #require(try await scheduler.agents(of: user, after: nil, limit: 9).first) }
}

@Suite struct `Agents` {
  @Test func `are listed with what they say, and with their builds`() async throws {
    let world = try await World()
    #expect(try await world.scheduler.seen(world.contact(labels: ["gpu": "a100"])) == .work)
    let build = try await world.submit()
    let assignment = try await world.scheduler.claim(AgentOffer(agent: "far", drivers: ["host"]), instance: "far-1")
    var agent = try await world.only()
    #expect(agent.name == "far" && agent.state == .online && agent.isShared && agent.busy == 1 && agent.slots == 2)
    #expect(agent.builds.map(\.id) == [build.id] && agent.labels == ["gpu": "a100"] && agent.version == "1.2.3")
    #expect(agent.machine?.processors == 4 && agent.machine?.loadPercent == 150)
    #expect(try await world.build(build.id).agent == BuildAgent(id: agent.id, name: "far"))
    try await world.run(assignment)
    agent = try await world.scheduler.agent(agent.id, of: world.user)
    #expect(agent.busy == 0 && agent.builds.isEmpty)
    let recent = try await world.store.builds(BuildQuery(owner: world.user, agent: agent.id))
    #expect(recent.builds.map(\.id) == [build.id])
    await world.close()
  }

  @Test func `count as offline after three leases without a word, and not while they renew or wait`() async throws {
    let world = try await World()
    _ = try await world.scheduler.seen(world.contact())
    let assignment = try await world.claimed(by: "far")
    for _ in 0..<12 {
      await world.wait(.seconds(20))
      _ = try await world.scheduler.renew(assignment.lease)
    }
    #expect(try await world.only().state == .online)
    try await world.run(assignment)
    let waiting = Task { try await world.scheduler.claim(AgentOffer(agent: "far", drivers: ["none"])) }
    try await world.untilWaiting(1)
    await world.wait(.seconds(200))
    #expect(try await world.only().state == .online)
    waiting.cancel()
    _ = await waiting.result
    await world.wait(.seconds(90))
    #expect(try await world.only().state == .online)
    await world.wait(.seconds(1))
    #expect(try await world.only().state == .offline)
    #expect(try await world.scheduler.seen(world.contact()) == .work)
    #expect(try await world.only().state == .online)
    await world.close()
  }

  @Test func `that drain get nothing, also where they wait already, until they are to work again`() async throws {
    var world = try await World()
    _ = try await world.scheduler.seen(world.contact())
    let agent = try await world.only()
    let claim = Task { [world] in try await world.scheduler.claim(AgentOffer(agent: "far", drivers: ["host"])) }
    try await world.untilWaiting(1)
    #expect(try await world.scheduler.setDraining(agent.id, true, by: world.user).state == .draining)
    let build = try await world.submit()
    #expect(try await world.scheduler.seen(world.contact()) == .drain)
    #expect(
      try await world.scheduler.obstacle(for: build)
        == "It waits for an agent with the driver host; agent far has what it needs, and drains.")
    _ = try await world.scheduler.setDraining(agent.id, false, by: world.user)
    #expect(try await claim.value.lease.build == build.id)
    _ = try await world.scheduler.setDraining(agent.id, true, by: world.user)
    try await world.restart()
    #expect(try await world.scheduler.seen(world.contact()) == .drain)
    await world.close()
  }

  @Test func `are removed once they are offline, by their owner`() async throws {
    let world = try await World()
    _ = try await world.scheduler.seen(world.contact())
    let id = try await world.only().id
    let other = try await world.store.ensureUser(name: "other", at: world.clock.now).id
    await #expect(throws: AgentError.online(name: "far")) { try await world.scheduler.removeAgent(id, by: world.user) }
    await #expect(throws: AgentError.notYours(id)) { _ = try await world.scheduler.setDraining(id, true, by: other) }
    world.clock.advance(by: .seconds(100))
    try await world.scheduler.removeAgent(id, by: world.user)
    await #expect(throws: AgentError.notFound(id)) { _ = try await world.scheduler.agent(id, of: world.user) }
    #expect(try await world.scheduler.seen(world.contact()) == .work)
    #expect(try await world.only().id != id)
    await world.close()
  }

  @Test func `of a user take his builds alone, and others do not see them`() async throws {
    let world = try await World()
    let other = try await world.store.ensureUser(name: "other", at: world.clock.now).id
    _ = try await world.scheduler.seen(world.contact("theirs", owner: other))
    #expect(try await world.scheduler.agents(of: world.user, after: nil, limit: 9).isEmpty)
    let theirs = try #require(try await world.scheduler.agents(of: other, after: nil, limit: 9).first)
    #expect(!theirs.isShared)
    let build = try await world.submit()
    #expect(
      try await world.scheduler.obstacle(for: build)
        == "It waits for an agent with the driver host; none is there.")
    let claim = Task {
      try await world.scheduler.claim(AgentOffer(agent: "theirs", drivers: ["host"], owner: other), instance: "x")
    }
    try await world.untilWaiting(1)
    let own = try await world.scheduler.submit(
      Submission(
        owner: other, kind: .pipeline, manifest: "m", plan: World.plan(), trigger: Trigger(type: .api)))
    #expect(try await claim.value.lease.build == own.id)
    await world.close()
  }

  @Test(arguments: [("", 0), ("a\u{1}", 0), (String(repeating: "n", count: 101), 0), ("local", 0), ("ok", -1)])
  func `that cannot be are refused`(_ name: String, _ slots: Int) async throws {
    let world = try await World()
    var contact = world.contact(name)
    contact.slots = slots
    let refused = contact
    await #expect(throws: QueueError.self) { try await world.scheduler.seen(refused) }
    #expect(try await world.store.agents().isEmpty)
    await world.close()
  }

  @Test func `are told of to whoever listens, and their contacts are stored`() async throws {
    let world = try await World()
    let events = world.scheduler.events(.owner(world.user))
    _ = try await world.scheduler.seen(world.contact())
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == .agents)
    world.clock.advance(by: .seconds(40))
    _ = try await world.scheduler.seen(world.contact())
    await world.scheduler.lookAfterAgents(storing: true)
    #expect(await iterator.next() == .agents)
    #expect(try await world.store.agents().map(\.seenAt) == [world.clock.now])
    await world.close()
  }

  @Test func `leave the figures of each minute behind`() async throws {
    var world = try await World()
    await world.scheduler.lookAfterAgents(storing: false)
    try await world.submit()
    world.clock.advance(by: .seconds(5))
    let assignment = try await world.claim()
    let present = try await world.scheduler.history(.hour)
    #expect(present.map(\.queued) == [1] && present.map(\.meanWait) == [.seconds(5)] && present.map(\.running) == [1])
    world.clock.advance(by: .seconds(60))
    await world.scheduler.lookAfterAgents(storing: false)
    try await world.restart()
    await world.scheduler.lookAfterAgents(storing: false)
    let kept = try await world.scheduler.history(.hour)
    #expect(kept.map(\.begun) == [1, 0] && kept.first == present.first)
    #expect(try await world.scheduler.history(.day).map(\.begun).reduce(0, +) == 1)
    _ = assignment
    await world.close()
  }
}

extension World {
  fileprivate func claimed(by agent: String) async throws -> Assignment {
    try await submit()
    return try await scheduler.claim(AgentOffer(agent: agent, drivers: ["host"]), instance: "far-1")
  }

  /// Waits until so many agents wait for a build.
  fileprivate func untilWaiting(_ count: Int) async throws {
    for _ in 0..<20_000 where scheduler.metrics.waitingAgents < count { try await Task.sleep(for: .milliseconds(1)) }
    try #require(scheduler.metrics.waitingAgents == count)
  }
}

@Suite struct `A build whose needs are found out while it runs` {
  @Test func `goes to an agent that has them, and does not count as begun`() async throws {
    let world = try await World()
    _ = try await world.scheduler.seen(world.contact("plain"))
    _ = try await world.scheduler.seen(world.contact("gpu", instance: "gpu-1", labels: ["gpu": "a100"]))
    let first = try await world.detecting(by: "plain")
    var found = World.found("make")
    found.labels = ["gpu": "a100"]
    let asked = found
    #expect(try await isStale { _ = try await world.scheduler.extend(first.lease, by: asked) })
    let build = try await world.build(first.lease.build)
    #expect(build.status == .queued && build.attempt == 0 && build.needs.labels == ["gpu": "a100"])
    #expect(try await world.text(first.jobs[2].id).contains("which agent plain has not"))
    let offer = AgentOffer(agent: "gpu", drivers: ["host"], labels: ["gpu": "a100"])
    let second = try await world.scheduler.claim(offer, instance: "gpu-1")
    #expect(second.lease.build == build.id && second.lease.attempt == 1)
    #expect(try await world.scheduler.extend(second.lease, by: asked).plan.jobs.map(\.job.name).last == "make")
    await world.close()
  }

  @Test func `stays where its agent has them`() async throws {
    let world = try await World()
    _ = try await world.scheduler.seen(world.contact("gpu", instance: "gpu-1", labels: ["gpu": "a100"]))
    let assignment = try await world.detecting(by: "gpu")
    var found = World.found("make")
    found.labels = ["gpu": "a100"]
    #expect(try await world.scheduler.extend(assignment.lease, by: found).jobs.count == 4)
    #expect(try await world.build(assignment.lease.build).status == .running)
    await world.close()
  }
}
