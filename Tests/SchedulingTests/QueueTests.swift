import Files
import ManualTime
import Model
import Queue
import Store
import Testing

@testable import Scheduling

@Suite struct QueueTests {
  @Test func `a build goes from submission to its end, and listeners hear of each step`() async throws {
    let world = try await World()
    let subscription = world.scheduler.events(.owner(world.user))
    let build = try await world.submit(tags: ["a", "b", "a"])
    #expect(build.status == .queued && build.tags == ["a", "b"])
    let assignment = try await world.claim()
    #expect(assignment.lease == Lease(build: build.id, fence: 1, attempt: 1, durationMilliseconds: 30_000))
    #expect(assignment.number == 1 && assignment.plan == World.plan())
    try await world.run(assignment)
    #expect(try await world.build(build.id).status == .passed)
    #expect(try await world.jobs(build.id).allSatisfy { $0.status == .passed && $0.logSize == 4 })
    world.scheduler.hub.finish()
    var heard: [String] = []
    for await event in subscription {
      switch event {
      case .build(let build): heard.append(build.status.rawValue)
      case .job(let job): heard.append("\(job.name) \(job.status.rawValue)")
      default: heard.append("\(event)")
      }
    }
    let jobs = ["create-driver", "build", "test"].flatMap { ["\($0) running", "\($0) passed"] }
    #expect(heard == ["queued", "running"] + jobs + ["passed"])
    let metrics = world.scheduler.metrics
    #expect(metrics.submitted == 1 && metrics.finished == [.passed: 1] && metrics.running == 0 && metrics.queued == 0)
    await world.close()
  }

  @Test func `a password in a source's address reaches the agent, also again, and no file`() async throws {
    let world = try await World()
    var plan = World.plan()
    plan.sources = [Source(url: "https://me:pa55word@e.org/a", directory: "a")]
    plan.maskedValues = ["pa55word"]
    let build = try await world.scheduler.submit(
      Submission(
        owner: world.user, kind: .pipeline, manifest: "sources: [https://me:pa55word@e.org/a]", plan: plan,
        trigger: Trigger(type: .api)))
    try await world.run(try await world.claim())
    let again = try await world.scheduler.rerun(build.id, by: world.user)
    let second = try await world.claim()
    #expect(second.lease.build == again.id && second.plan == plan)
    for id in [build.id, again.id] {
      let manifest = try await world.store.manifest(of: id, owner: world.user)
      #expect(manifest == "sources: [https://me:xxxxxx@e.org/a]")
    }
    for name in try FileTree.names(in: world.folder.path) where name.hasPrefix("wright.db") {
      let bytes = try FileTree.contents(of: world.folder.path + "/" + name, limit: 100_000_000)
      #expect(!String(decoding: bytes, as: UTF8.self).contains("pa55word"), "\(name)")
    }
    await world.close()
  }

  @Test func `agents that wait are each handed one build`() async throws {
    let world = try await World()
    let claims = (0..<8).map { number in Task { try await world.claim("agent \(number)") } }
    while world.scheduler.metrics.waitingAgents < 8 { await Task.yield() }
    for _ in 0..<8 { try await world.submit() }
    var taken: Set<BuildID> = []
    for claim in claims { taken.insert(try await claim.value.lease.build) }
    #expect(taken.count == 8)
    #expect(world.scheduler.metrics.running == 8)
    await world.close()
  }

  @Test func `a claim that is cancelled takes nothing with it`() async throws {
    let world = try await World()
    for _ in 0..<50 {
      let claim = Task { try await world.claim() }
      async let build = world.submit()
      claim.cancel()
      let id = try await build.id
      let first = try? await claim.value
      let taken: Assignment
      if let first { taken = first } else { taken = try await world.claim() }
      #expect(taken.lease.build == id && taken.lease.attempt == 1)
      try await world.run(taken)
    }
    #expect(world.scheduler.metrics.waitingAgents == 0)
    await world.close()
  }

  @Test func `an agent gets only builds that it has the driver for`() async throws {
    let world = try await World()
    try await world.submit(driver: "qemu")
    let host = try await world.submit()
    #expect(try await world.claim().lease.build == host.id)
    await world.close()
  }

  @Test func `namespaces take turns, also over a restart`() async throws {
    var world = try await World()
    var order: [String] = []
    for namespace in ["a", "a", "a", "b", "c"] { try await world.submit(namespace: namespace) }
    for number in 0..<5 {
      if number == 2 { try await world.restart() }
      let assignment = try await world.claim()
      order.append(try await world.build(assignment.lease.build).namespace ?? "")
      try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .passed))
    }
    #expect(order == ["a", "b", "c", "a", "a"])
    await world.close()
  }

  @Test func `a queued build is killed at once`() async throws {
    let world = try await World()
    let build = try await world.submit()
    let killed = try await world.scheduler.kill(build.id)
    #expect(killed.status == .killed && killed.finishedAt != nil)
    #expect(try await world.jobs(build.id).allSatisfy { $0.status == .skipped })
    let next = try await world.submit()
    #expect(try await world.claim().lease.build == next.id)
    await #expect(throws: QueueError.finished(build.id, .killed)) { try await world.scheduler.kill(build.id) }
    await #expect(throws: QueueError.notFound(BuildID(rawValue: 99))) {
      try await world.scheduler.kill(BuildID(rawValue: 99))
    }
    await world.close()
  }

  @Test func `the same plan is queued again as a new build`() async throws {
    let world = try await World()
    let build = try await world.submit(namespace: "n", tags: ["t"])
    try await world.run(try await world.claim(), .failed)
    let again = try await world.scheduler.rerun(build.id, by: world.user)
    #expect(again.id != build.id && again.number == 2 && again.status == .queued)
    #expect(again.namespace == "n" && again.tags == ["t"] && again.trigger.data["rerun_of"] == "\(build.id)")
    #expect(try await world.claim().plan == World.plan())
    await world.close()
  }

  @Test func `marks are stored and heard of`() async throws {
    let world = try await World()
    let build = try await world.submit()
    let subscription = world.scheduler.events(.build(build.id))
    #expect(try await world.scheduler.setPinned(build.id, true).pinned)
    #expect(try await world.scheduler.addTags(build.id, ["x", "x"]).tags == ["x"])
    #expect(try await world.scheduler.removeTag(build.id, "x").tags == [])
    world.scheduler.hub.finish()
    var count = 0
    for await _ in subscription { count += 1 }
    #expect(count == 3)
    await #expect(throws: QueueError.notFound(BuildID(rawValue: 99))) {
      try await world.scheduler.setPinned(BuildID(rawValue: 99), true)
    }
    await world.close()
  }

  @Test(arguments: ["", String(repeating: "x", count: 101), "a\nb", "a\u{0}", "\u{9b}2J"])
  func `a tag that cannot be shown is refused`(_ tag: String) async throws {
    let world = try await World()
    await #expect(throws: QueueError.self) { try await world.submit(tags: [tag]) }
    let build = try await world.submit()
    await #expect(throws: QueueError.self) { try await world.scheduler.addTags(build.id, [tag]) }
    #expect(world.scheduler.metrics.submitted == 1)
    await world.close()
  }
}

@Suite struct LargeBuildTests {
  @Test func `a build with ten thousand jobs goes through like any other`() async throws {
    let world = try await World(logsInMemory: true)
    var plan = World.plan()
    plan.stages[1].jobs = (1...10_000).map { PlannedJob(name: "job.\($0)", step: .script(commands: ["true"])) }
    let build = try await world.scheduler.submit(
      Submission(
        owner: world.user, kind: .pipeline, manifest: "m", plan: plan, trigger: Trigger(type: .api)))
    let first = try await world.claim()
    #expect(first.jobs.count == 10_001)
    let now = world.clock.now
    let job = first.jobs[0].id
    try await world.scheduler.report(first.lease, [.started(job, at: now)])
    try await world.scheduler.report(
      first.lease, first.jobs.dropFirst(2).map { .finished($0.id, .skipped, exitCode: nil, at: now) })
    await world.wait(.seconds(30))
    let second = try await world.claim()
    #expect(second.jobs.map(\.id) != first.jobs.map(\.id) && second.jobs[0].id == job)
    _ = try await world.scheduler.kill(build.id)
    try await world.scheduler.finish(second.lease, BuildOutcome(status: .killed))
    let jobs = try await world.jobs(build.id)
    #expect(jobs.count == 10_001 && jobs[0].status == .killed)
    #expect(jobs.dropFirst().allSatisfy { $0.status == .skipped })
    await world.close()
  }
}
