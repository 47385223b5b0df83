import Agent
import Concurrency
import Git
import Model
import Planning
import Queue
import Testing

/// Says what it was told to say.
struct FakeDetector: ProgramDetector {
  struct Unreadable: Error, CustomStringConvertible { let description = "the clone is damaged" }
  var found: DetectedProgram?

  func detect(_ clone: ProgramClone) async throws -> DetectedProgram {
    guard let found else { throw Unreadable() }
    return found
  }
}

struct DetectTests {
  let driver = FakeDriver()
  let other = FakeDriver(type: "other")
  let stop = StopSignal()
  let folder: TemporaryFolder
  let first: Plan

  init() async throws {
    folder = try TemporaryFolder()
    try await folder.shell("git init -q hello; cd hello; echo x >file; git add .; git commit -qm 1")
    var plan = programPlan("file://\(folder.path)/hello")
    plan.driver = DriverSpecification(type: "fake", settings: ["folder": "\(folder.path)/work"])
    plan.maskedValues = ["hunter22"]
    first = plan
  }

  private func found(
    driver: String = "fake", setup: [PlannedJob] = [], objects: [ObjectPlacement] = []
  ) -> PlanExtension {
    PlanExtension(
      manifest: "m", driver: DriverSpecification(type: driver),
      environment: [EnvironmentVariable(name: "GREETING", value: "good morning")], objects: objects, setup: setup,
      stages: [stage("build", ["variable GREETING"])])
  }

  private func run(
    _ result: Result<PlanExtension, DetectedProgram.Refusal>?, _ reporter: RecordingReporter
  ) async throws -> BuildOutcome {
    let settings = RunnerSettings(
      git: GitSettings(scratch: folder.path + "/git", protocols: ["file"], environment: [("PATH", "/usr/bin:/bin")]),
      killGrace: .milliseconds(100))
    let detector = FakeDetector(
      found: result.map { DetectedProgram(notes: ["it has a Makefile and hunter22"], result: $0) })
    let build = RunnableBuild(id: BuildID(rawValue: 7), number: 3, environmentName: "build-7-1", plan: first)
    return try await Runner(drivers: [driver, other], detector: detector, settings: settings)
      .run(build, reporter: reporter, stop: stop)
  }

  @Test func `What was found is told, and the build goes on with it`() async throws {
    let reporter = RecordingReporter(plan: first)
    let outcome = try await run(.success(found()), reporter)
    #expect(outcome == BuildOutcome(status: .passed))
    let events = reporter.events.filter { !$0.hasPrefix("commit") }
    #expect(
      events == [
        "0 running", "0 passed", "1 running", "1 passed", "2 running", "extend m", "2 passed", "3 running",
        "3 passed 0",
      ])
    #expect(reporter.log(2) == "wright: it has a Makefile and xxxxxx\n")
    #expect(reporter.log(3) == "good morning\n")
  }

  @Test func `Another driver takes the place of the first one`() async throws {
    let reporter = RecordingReporter(driver.journal, plan: first)
    let setup = [PlannedJob(name: "create-driver.2", step: .createDriver)]
    #expect(try await run(.success(found(driver: "other", setup: setup)), reporter).status == .passed)
    let steps = driver.journal.all.filter { !$0.hasPrefix("commit") && !$0.hasPrefix("deliver") }
    #expect(
      steps == [
        "0 running", "create build-7-1", "0 passed", "1 running", "1 passed", "2 running", "extend m", "2 passed",
        "3 running", "destroy", "3 passed", "4 running", "4 passed 0",
      ])
    #expect(other.journal.all == ["create build-7-1-3", "run 4-build.1", "destroy"])
  }

  @Test func `A driver that the agent lacks is the build's reason`() async throws {
    let reporter = RecordingReporter(plan: first)
    let outcome = try await run(.success(found(driver: "docker")), reporter)
    let reason =
      "the manifest asks for another driver, and this agent has no driver of type docker; it has: fake, other"
    #expect(outcome == BuildOutcome(status: .failed, reason: reason))
    #expect(reporter.log(2).hasSuffix("wright: \(reason)\n"))
    // A server that knows of another agent would not have gone on.
    #expect(reporter.events.contains("extend m"))
  }

  @Test func `What cannot be built is the build's reason, without what is masked`() async throws {
    let refusal = DetectedProgram.Refusal("hunter22 is no program")
    let outcome = try await run(.failure(refusal), RecordingReporter(plan: first))
    #expect(outcome == BuildOutcome(status: .failed, reason: "xxxxxx is no program"))
  }

  @Test func `A clone that cannot be read fails the build`() async throws {
    let outcome = try await run(nil, RecordingReporter(plan: first))
    #expect(
      outcome == BuildOutcome(status: .failed, reason: "the program could not be looked at: the clone is damaged"))
  }

  @Test func `A plan that the server does not take fails the build with the server's words`() async throws {
    let outcome = try await run(.success(found()), RecordingReporter())
    #expect(outcome == BuildOutcome(status: .failed, reason: "nothing is to be found out"))
  }

  @Test func `Objects of what was found are placed`() async throws {
    let reporter = RecordingReporter(plan: first)
    let objects = [ObjectPlacement(name: "keys", destination: "k")]
    #expect(try await run(.success(found(objects: objects)), reporter).status == .passed)
    #expect(reporter.log(2).contains("object keys does not exist"))
  }
}
