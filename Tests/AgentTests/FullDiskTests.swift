import Agent
import Git
import Lifecycle
import Model
import Planning
import Queue
import Testing

/// What an agent does when the server's disk is full.
struct FullDiskTests {
  let driver = FakeDriver()
  let coordinator = FakeCoordinator()

  /// Runs one build and returns how it ended.
  private func outcome(_ commands: [String], spaceWait: Duration = .milliseconds(200)) async throws -> BuildOutcome? {
    let settings = RunnerSettings(
      git: GitSettings(scratch: "/tmp/wright-agent-tests-none"), killGrace: .milliseconds(50))
    let agent = AgentService(
      name: "a1", slots: 1...1, coordinator: coordinator, runner: Runner(drivers: [driver], settings: settings),
      spaceWait: spaceWait, log: .none)
    let task = Task { try await agent.run() }
    defer { task.cancel() }
    coordinator.add(
      Assignment(
        lease: Lease(build: BuildID(rawValue: 1), fence: 5, attempt: 1, durationMilliseconds: 30_000), number: 2,
        plan: plan([:], stage("a", commands)),
        jobs: (0..<2).map { AssignedJob(id: JobID(rawValue: 10 + $0), logSize: 0) }))
    try await coordinator.journal.wait(for: "finish ")
    task.cancel()
    try await task.value
    return coordinator.outcomes.first
  }

  @Test(arguments: [("appendLog", ["say one", "hang"]), ("report", ["say one"])])
  func `a build whose log or progress finds no space fails with that reason, and its job is stopped`(
    _ call: String, _ commands: [String]
  ) async throws {
    coordinator.fill(call, .max)
    let outcome = try await outcome(commands)
    #expect(outcome == BuildOutcome(status: .failed, reason: "the server's disk is full: \(call) failed"))
  }

  @Test func `the environment is gone before the end is reported, as often as it takes`() async throws {
    coordinator.fill("appendLog", .max)
    coordinator.fill("finish", 3)
    #expect(try await outcome(["say one", "hang"])?.status == .failed)
    #expect(driver.journal.all.last == "destroy")
    #expect(coordinator.journal.all.filter { $0 == "finish finds no space" }.count == 3)
  }

  @Test func `space that comes back in time is waited for`() async throws {
    for call in ["claim", "report", "appendLog", "finish"] { coordinator.fill(call, 2) }
    #expect(try await outcome(["say one", "say two"], spaceWait: .seconds(600)) == BuildOutcome(status: .passed))
    #expect(coordinator.log(11) == "one\ntwo\n")
  }
}
