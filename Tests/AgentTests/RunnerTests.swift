import Agent
import Concurrency
import Drivers
import Files
import Git
import Model
import Planning
import Queue
import Testing

/// A stage of jobs, each one script of these commands.
func stage(_ name: String, mayFail: Bool = false, _ jobs: [String]...) -> PlannedStage {
  PlannedStage(
    name: name, mayFail: mayFail,
    jobs: jobs.enumerated().map { PlannedJob(name: "\(name).\($0 + 1)", step: .script(commands: $1)) })
}

func plan(_ settings: [String: String] = [:], type: String = "fake", _ stages: PlannedStage...) -> Plan {
  let setup = PlannedStage(name: "setup", jobs: [PlannedJob(name: "create-driver", step: .createDriver)])
  return Plan(
    driver: DriverSpecification(type: type, settings: settings), stages: [setup] + stages, timeoutSeconds: 60)
}

struct RunnerTests {
  let driver = FakeDriver()
  let stop = StopSignal()

  private func run(
    _ plan: Plan, _ reporter: RecordingReporter, limit: Duration = .seconds(300),
    objects: any ObjectSource = NoObjects()
  ) async throws -> Status {
    let settings = RunnerSettings(
      git: GitSettings(scratch: "/tmp/wright-agent-tests-none"), killGrace: .milliseconds(100),
      driverCreationLimit: limit)
    let build = RunnableBuild(id: BuildID(rawValue: 7), number: 3, environmentName: "build-7-1", plan: plan)
    return try await Runner(drivers: [driver], objects: objects, settings: settings)
      .run(build, reporter: reporter, stop: stop).status
  }

  @Test func `A build runs its jobs in order and the environment is destroyed before its end`() async throws {
    let reporter = RecordingReporter(driver.journal)
    let status = try await run(plan([:], stage("a", ["say one"], ["say two"]), stage("b", ["say three"])), reporter)
    #expect(status == .passed)
    #expect(
      driver.journal.all == [
        "0 running", "create build-7-1", "0 passed", "1 running", "run 1-a.1", "1 passed 0", "2 running", "run 2-a.2",
        "2 passed 0", "3 running", "run 3-b.1", "3 passed 0", "destroy",
      ])
    #expect(reporter.log(0) == "making build-7-1\n")
    #expect(reporter.log(1) == "one\n" && reporter.log(2) == "two\n" && reporter.log(3) == "three\n")
  }

  @Test func `A failed stage that may fail is passed over, a later one ends the build`() async throws {
    let reporter = RecordingReporter()
    let failing = plan(
      [:], stage("a", mayFail: true, ["exit 3"], ["say no"]), stage("b", ["exit 4"]), stage("c", ["say no"]))
    #expect(try await run(failing, reporter) == .failed)
    #expect(
      reporter.events == [
        "0 running", "0 passed", "1 running", "1 failed 3", "2 skipped", "3 running", "3 failed 4", "4 skipped",
      ])
  }

  @Test func `Only allowed failures leave the build passed with failures`() async throws {
    let allowed = plan([:], stage("a", mayFail: true, ["exit 1"]), stage("b", ["say yes"]))
    #expect(try await run(allowed, RecordingReporter()) == .passedWithFailures)
  }

  @Test func `A driver that cannot be created fails the build with its reason in the log`() async throws {
    let reporter = RecordingReporter()
    #expect(try await run(plan(["create": "fail"], stage("a", ["say no"])), reporter) == .failed)
    #expect(reporter.events == ["0 running", "0 failed", "1 skipped"])
    #expect(reporter.log(0).hasSuffix("wright: the driver could not be created: no room for build-7-1\n"))
  }

  @Test func `A driver that the agent does not have fails the build`() async throws {
    let reporter = RecordingReporter()
    #expect(try await run(plan(type: "qemu", stage("a", ["say no"])), reporter) == .failed)
    #expect(reporter.log(0) == "wright: this agent has no driver of type qemu; it has: fake\n")
  }

  @Test(arguments: [("hang", false), ("stubborn", true)])
  func `A driver that takes too long times the build out, and what it made after all is destroyed`(
    _ behaviour: String, _ isDestroyed: Bool
  ) async throws {
    let reporter = RecordingReporter()
    let slow = plan(["create": behaviour], stage("a", ["say no"]))
    #expect(try await run(slow, reporter, limit: .milliseconds(30)) == .timedOut)
    #expect(reporter.events == ["0 running", "0 timed_out", "1 skipped"])
    #expect(reporter.log(0).contains("not ready within 0.03 seconds"))
    #expect(driver.journal.all.contains("destroy") == isDestroyed)
  }

  @Test(arguments: [
    (ExecutionStop.killed, Status.killed, "killed"), (.timedOut, .timedOut, "timeout"), (.givenBack, .queued, "queue"),
  ])
  func `A stop reaches the running script, and the end is told after the destruction`(
    _ reason: ExecutionStop, _ status: Status, _ word: String
  ) async throws {
    let reporter = RecordingReporter(driver.journal)
    let hanging = plan([:], stage("a", ["say begun", "hang"], ["say no"]))
    async let result = run(hanging, reporter)
    try await driver.journal.wait(for: "hangs")
    stop.request(reason)
    #expect(try await result == status)
    #expect(reporter.log(1).hasPrefix("begun\nwright: ") && reporter.log(1).contains(word))
    let ends = status == .queued ? [] : ["1 \(status.rawValue) 143", "2 skipped"]
    #expect(driver.journal.all.suffix(2 + ends.count) == ["stop 0.1 seconds"] + ends + ["destroy"])
  }

  @Test func `A stop while the driver is created ends that too`() async throws {
    let reporter = RecordingReporter()
    async let result = run(plan(["create": "hang"], stage("a", ["say no"])), reporter)
    try await driver.journal.wait(for: "create")
    stop.request(.killed)
    #expect(try await result == .killed)
    #expect(reporter.events == ["0 running", "0 killed", "1 skipped"])
  }

  @Test func `A build that is stopped before it begins runs nothing`() async throws {
    let reporter = RecordingReporter()
    stop.request(.killed)
    #expect(try await run(plan([:], stage("a", ["say no"])), reporter) == .killed)
    #expect(reporter.events == ["0 skipped", "1 skipped"])
    #expect(driver.journal.all.isEmpty)
  }

  @Test(arguments: ["0 running", "0 passed", "1 passed"])
  func `A report that cannot be made ends the build and destroys what there is`(_ event: String) async throws {
    let reporter = RecordingReporter(failsAt: event)
    await #expect(throws: RecordingReporter.Refusal.self) {
      try await run(plan([:], stage("a", ["say yes"], ["say no"])), reporter)
    }
    let all = driver.journal.all
    #expect(all.isEmpty || all.last == "destroy")
    #expect(!all.contains("run 2-a.2"))
  }

  @Test func `Cancelling the task gives the build back`() async throws {
    let task = Task { try await run(plan([:], stage("a", ["hang"])), RecordingReporter()) }
    try await driver.journal.wait(for: "hangs")
    task.cancel()
    #expect(try await task.value == .queued)
    #expect(driver.journal.all.last == "destroy")
  }

  @Test func `A script that cannot be run or ends by a signal fails with a line that says so`() async throws {
    let reporter = RecordingReporter()
    let failing = plan([:], stage("a", mayFail: true, ["write no newline", "vanish"]), stage("b", ["signal 11"]))
    #expect(try await run(failing, reporter) == .failed)
    #expect(reporter.log(1) == "no newline\nwright: the script could not be run: the machine is gone\n")
    #expect(reporter.log(2) == "wright: the script was ended by signal 11\n")
    #expect(reporter.events.suffix(3) == ["1 failed", "2 running", "2 failed 139"])
  }

  @Test func `Masked values are hidden in output and in Wright's own lines`() async throws {
    let reporter = RecordingReporter()
    var secret = plan([:], stage("a", ["write a hunt", "write er2 b", "say", "variable TOKEN"]))
    secret.maskedValues = ["hunter2"]
    secret.environment = [EnvironmentVariable(name: "TOKEN", value: "hunter2")]
    secret.objects = [ObjectPlacement(name: "hunter2", destination: "x")]
    #expect(try await run(secret, reporter) == .passed)
    #expect(reporter.log(1) == "a xxxxxx b\nxxxxxx\n")
    #expect(reporter.log(0).hasSuffix("wright: object xxxxxx does not exist; the build goes on without it\n"))
  }

  @Test func `A long log passes in few pieces, whole`() async throws {
    let reporter = RecordingReporter(keepsLogs: false)
    #expect(try await run(plan([:], stage("a", ["print 50000000"])), reporter) == .passed)
    #expect(reporter.size(1) == 50_000_000)
    #expect(reporter.sends(1) <= 200)
  }
}
