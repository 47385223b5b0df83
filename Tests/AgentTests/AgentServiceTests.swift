import Agent
import Concurrency
import Git
import Lifecycle
import Model
import Planning
import Queue
import Testing

struct AgentServiceTests {
  let driver = FakeDriver()
  let coordinator = FakeCoordinator()

  /// Runs an agent while `body` does, then drains it.
  private func withAgent(
    _ runner: Runner? = nil, slots: ClosedRange<Int> = 1...1, grace: Duration = .seconds(30),
    patience: Duration = .zero, log: Logger = .none, _ body: () async throws -> Void
  ) async throws {
    let settings = RunnerSettings(
      git: GitSettings(scratch: "/tmp/wright-agent-tests-none"), killGrace: .milliseconds(50))
    let agent = AgentService(
      name: "a1", slots: slots, coordinator: coordinator,
      runner: runner ?? Runner(drivers: [driver], settings: settings),
      drainGrace: grace, patience: patience, log: log)
    let task = Task { try await agent.run() }
    do {
      try await body()
      task.cancel()
      try await task.value
    } catch {
      task.cancel()
      throw error
    }
  }

  private func assignment(
    _ commands: [String], id: Int64 = 1, attempt: Int = 1, logSize: Int64 = 0, lease: Int64 = 30_000
  ) -> Assignment {
    let made = plan([:], stage("a", commands))
    return Assignment(
      lease: Lease(build: BuildID(rawValue: id), fence: 5, attempt: attempt, durationMilliseconds: lease), number: 2,
      plan: made,
      jobs: (0..<2).map { AssignedJob(id: JobID(rawValue: id * 10 + Int64($0)), logSize: $0 == 1 ? logSize : 0) })
  }

  private var statuses: [String] {
    coordinator.changes.map { change in
      switch change {
      case .started(let id, _): "\(id) running"
      case .finished(let id, let status, _, _): "\(id) \(status.rawValue)"
      case .commit(let hash): hash
      case .results(let id, _): "\(id) results"
      case .nix(let id, _): "\(id) nix"
      case .service: "service"
      }
    }
  }

  @Test func `A build is claimed, run and finished, and then the next one`() async throws {
    try await withAgent {
      coordinator.add(assignment(["say hello"], id: 1))
      try await coordinator.journal.wait(for: "finish passed")
      coordinator.add(assignment(["exit 1"], id: 2))
      try await coordinator.journal.wait(for: "finish failed")
    }
    #expect(coordinator.log(11) == "hello\n")
    #expect(statuses.prefix(4) == ["10 running", "10 passed", "11 running", "11 passed"])
    #expect(coordinator.outcomes.map(\.status) == [.passed, .failed])
    #expect(driver.journal.all.prefix(2) == ["sweep", "create build-1-5"])
    #expect(driver.journal.all.filter { $0 == "destroy" }.count == 2)
  }

  @Test func `A plan is extended once more where the server's answer is lost, and the new jobs are reported`()
    async throws
  {
    let folder = try TemporaryFolder()
    try await folder.shell("git init -q hello; cd hello; echo x >file; git add .; git commit -qm 1")
    var first = programPlan("file://\(folder.path)/hello")
    first.driver = DriverSpecification(type: "fake", settings: ["folder": "\(folder.path)/work"])
    let found = PlanExtension(manifest: "m", driver: first.driver, stages: [stage("build", ["say built"])])
    coordinator.fail("extend answer", 2)
    let settings = RunnerSettings(
      git: GitSettings(scratch: folder.path + "/git", protocols: ["file"], environment: [("PATH", "/usr/bin:/bin")]))
    let detector = FakeDetector(found: DetectedProgram(notes: [], result: .success(found)))
    try await withAgent(Runner(drivers: [driver], detector: detector, settings: settings)) {
      coordinator.add(
        Assignment(
          lease: Lease(build: BuildID(rawValue: 1), fence: 5, attempt: 1, durationMilliseconds: 30_000), number: 2,
          plan: first, jobs: (10..<13).map { AssignedJob(id: JobID(rawValue: $0), logSize: 0) }))
      try await coordinator.journal.wait(for: "finish passed")
    }
    #expect(coordinator.journal.all.filter { $0 == "extend" }.count == 3)
    #expect(coordinator.log(13) == "built\n")
    #expect(statuses.last == "13 passed")
  }

  @Test func `Several slots run several builds at once`() async throws {
    try await withAgent(slots: 2...2) {
      coordinator.add(assignment(["hang"], id: 1))
      try await driver.journal.wait(for: "hangs")
      coordinator.add(assignment(["say hello"], id: 2))
      try await coordinator.journal.wait(for: "finish passed")
      coordinator.request(.killed)
      try await coordinator.journal.wait(for: "finish killed")
    }
  }

  @Test func `Slots are added while builds wait, up to the limit`() async throws {
    try await withAgent(slots: 0...2) {
      for id in 1...3 { coordinator.add(assignment(["hang"], id: Int64(id))) }
      try await driver.journal.wait(for: "hangs", count: 2)
      #expect(driver.journal.all.count { $0.hasPrefix("create") } == 2)
      coordinator.request(.killed)
      try await coordinator.journal.wait(for: "finish killed", count: 3)
    }
  }

  @Test(arguments: [(StopReason.killed, Status.killed), (.timedOut, .timedOut)])
  func `The server's wish to end the build stops it, and it finishes so`(
    _ reason: StopReason, _ status: Status
  ) async throws {
    try await withAgent {
      coordinator.add(assignment(["hang"]))
      try await driver.journal.wait(for: "hangs")
      coordinator.request(reason)
      try await coordinator.journal.wait(for: "finish \(status.rawValue)")
    }
    #expect(driver.journal.all.contains("stop 0.05 seconds"))
    #expect(statuses.last == "11 \(status.rawValue)")
  }

  @Test func `A lost lease stops the build and nothing more is reported`() async throws {
    try await withAgent {
      coordinator.add(assignment(["hang"]))
      try await driver.journal.wait(for: "hangs")
      // The job's begin is told while it runs already.
      try await coordinator.journal.wait(for: "report")
      coordinator.makeStale()
      try await driver.journal.wait(for: "destroy")
    }
    #expect(coordinator.outcomes.isEmpty)
    #expect(statuses == ["10 running", "10 passed", "11 running"])
    #expect(!coordinator.journal.all.contains { $0.hasPrefix("finish") || $0.hasPrefix("report is") })
  }

  @Test func `The lease is renewed while the build runs`() async throws {
    try await withAgent {
      coordinator.add(assignment(["hang"], lease: 60))
      while coordinator.journal.all.filter({ $0 == "renew" }).count < 3 {
        try await coordinator.journal.waitForChange()
      }
      coordinator.request(.killed)
      try await coordinator.journal.wait(for: "finish killed")
    }
  }

  @Test func `A lease that cannot be renewed for as long as it lasts is given up`() async throws {
    coordinator.fail("renew", .max)
    try await withAgent {
      coordinator.add(assignment(["hang"], lease: 60))
      try await driver.journal.wait(for: "destroy")
    }
    #expect(coordinator.outcomes.isEmpty)
  }

  @Test func `A patient agent goes on past the lease while the server is away, until the server says that it is stale`()
    async throws
  {
    coordinator.fail("renew", 20, with: QueueError.unavailable("away"))
    try await withAgent(patience: .seconds(3600)) {
      coordinator.add(assignment(["hang"], lease: 30))
      // Each is tried again after a third of the lease at most: so many take several leases.
      try await coordinator.journal.wait(for: "renew fails", count: 20)
      #expect(!driver.journal.all.contains { $0.hasPrefix("stop") })
      coordinator.makeStale()
      try await driver.journal.wait(for: "destroy")
    }
    #expect(coordinator.outcomes.isEmpty)
  }

  @Test func `What an absent server was to be told is told when it is back, however often it was tried`() async throws {
    for call in ["report", "appendLog", "storeArtifact", "finish"] {
      coordinator.fail(call, 7, with: QueueError.unavailable("away"))
    }
    try await withAgent(patience: .seconds(3600)) {
      coordinator.add(assignment(["say one"]))
      try await coordinator.journal.wait(for: "finish passed")
    }
    #expect(coordinator.log(11) == "one\n")
    #expect(statuses == ["10 running", "10 passed", "11 running", "11 passed"])
  }

  @Test func `An agent that the server will not have ends with the server's words, once its builds have`() async throws
  {
    let refused = AgentRefused("install the server's version")
    let settings = RunnerSettings(git: GitSettings(scratch: "/tmp/wright-agent-tests-none"))
    let agent = AgentService(
      name: "a1", slots: 2...2, coordinator: coordinator, runner: Runner(drivers: [driver], settings: settings),
      drainGrace: nil, log: .none)
    coordinator.add(assignment(["say before", "hang"]))
    let task = Task { try await agent.run() }
    try await driver.journal.wait(for: "hangs")
    coordinator.refuse(refused)
    coordinator.add(assignment(["say no"], id: 2))
    try await coordinator.journal.wait(for: "refused")
    coordinator.request(.killed)
    await #expect(throws: refused) { try await task.value }
    #expect(coordinator.outcomes.map(\.status) == [.killed])
  }

  @Test func `A server that is away for a while loses nothing`() async throws {
    for call in ["claim", "report", "appendLog", "appendLog answer", "stopRequested", "finish"] {
      coordinator.fail(call, 2)
    }
    try await withAgent {
      coordinator.add(assignment(["say one", "print 2000000", "say two"]))
      try await coordinator.journal.wait(for: "finish passed")
    }
    let log = coordinator.log(11)
    #expect(log.utf8.count == 2_000_008)
    #expect(log.hasPrefix("one\n0123") && log.hasSuffix("two\n"))
    #expect(statuses == ["10 running", "10 passed", "11 running", "11 passed"])
  }

  @Test func `A stop is not held up by a server that takes no log`() async throws {
    try await withAgent {
      coordinator.fail("appendLog", .max)
      coordinator.add(assignment(["print 2000000", "hang"]))
      try await coordinator.journal.wait(for: "appendLog fails")
      coordinator.request(.killed)
      try await coordinator.journal.wait(for: "finish killed")
    }
  }

  @Test func `A log that the server has lost the end of goes on where the server stands`() async throws {
    try await withAgent {
      coordinator.add(assignment(["say one", "hang"]))
      try await coordinator.journal.wait(for: "log 11")
      coordinator.loseTail(2)
      coordinator.request(.killed)
      try await coordinator.journal.wait(for: "finish killed")
    }
    #expect(coordinator.log(11) == "onwright: the build was killed\n")
  }

  @Test func `A full log is cut, the job goes on, and the server is told what is missing where it takes it`()
    async throws
  {
    coordinator.limitLogs(to: 300_000)
    try await withAgent {
      coordinator.add(assignment(["say one", "print 2000000", "say two"]))
      try await coordinator.journal.wait(for: "finish passed")
    }
    let log = coordinator.log(11)
    #expect(log.hasPrefix("one\n") && log.utf8.count <= 300_000)
    #expect(log.contains("wright: the log has reached its limit; "))
  }

  @Test func `Messages of a second attempt stand behind what the first has left in the log`() async throws {
    let first = Array("one\ncut of".utf8)
    let lease = Lease(build: BuildID(rawValue: 1), fence: 4, attempt: 1, durationMilliseconds: 1)
    _ = try await coordinator.appendLog(
      lease, job: JobID(rawValue: 11), at: 0, first, elapsedMilliseconds: 0)
    try await withAgent {
      var second = assignment(["say a.c:1: error: e"], attempt: 2, logSize: Int64(first.count))
      second.jobs[1].logLines = 1
      coordinator.add(second)
      try await coordinator.journal.wait(for: "finish passed")
    }
    let lines = coordinator.log(11).split(separator: "\n", omittingEmptySubsequences: false)
    let found = coordinator.changes.compactMap { if case .results(_, let batch) = $0 { batch } else { nil } }
    let line = try #require(found.first?.messages.first?.logLine)
    #expect(lines[Int(line) - 1] == "a.c:1: error: e")
  }

  @Test func `A second attempt goes on in the log of the first after a line that says so`() async throws {
    let id = JobID(rawValue: 11)
    let first = Array("cut of".utf8)
    let lease = Lease(build: BuildID(rawValue: 1), fence: 4, attempt: 1, durationMilliseconds: 1)
    _ = try await coordinator.appendLog(lease, job: id, at: 0, first, elapsedMilliseconds: 0)
    try await withAgent {
      coordinator.add(assignment(["say two"], attempt: 2, logSize: Int64(first.count)))
      try await coordinator.journal.wait(for: "finish passed")
    }
    #expect(coordinator.log(11) == "cut of\nwright: attempt 2 begins\ntwo\n")
    #expect(coordinator.log(10) == "making build-1-5\n")
  }

  @Test func `A draining agent lets its build end`() async throws {
    // What the agent says when it drains lets the build go.
    let log = Logger { [coordinator] line in
      if String(decoding: line, as: UTF8.self).contains("build may end") { coordinator.request(.killed) }
    }
    try await withAgent(log: log) {
      coordinator.add(assignment(["say before", "hang", "say after"]))
      try await driver.journal.wait(for: "hangs")
    }
    #expect(coordinator.outcomes.map(\.status) == [.killed])
  }

  @Test func `A draining agent gives back what does not end in time, and takes nothing new`() async throws {
    try await withAgent(grace: .milliseconds(10)) {
      coordinator.add(assignment(["hang"]))
      try await driver.journal.wait(for: "hangs")
      try await coordinator.journal.wait(for: "report")
      coordinator.add(assignment(["say no"], id: 2))
    }
    #expect(coordinator.outcomes.map(\.status) == [.queued])
    #expect(driver.journal.all.suffix(2) == ["stop 0.05 seconds", "destroy"])
    #expect(statuses == ["10 running", "10 passed", "11 running"])
  }

  @Test func `A plan that does not fit its jobs fails the build with a reason`() async throws {
    var damaged = assignment(["say no"])
    damaged.jobs.removeLast()
    try await withAgent {
      coordinator.add(damaged)
      try await coordinator.journal.wait(for: "finish failed")
    }
    #expect(coordinator.outcomes.first?.reason?.isEmpty == false)
  }
}
