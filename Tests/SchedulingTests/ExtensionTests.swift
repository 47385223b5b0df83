import Logs
import ManualTime
import Model
import Planning
import Queue
import Testing

@testable import Scheduling

@Suite struct ExtensionTests {
  @Test func `listeners hear of the new jobs, and they are run`() async throws {
    let world = try await World()
    let assignment = try await world.detecting()
    var events = world.scheduler.events(.build(assignment.lease.build)).makeAsyncIterator()
    let extended = try await world.scheduler.extend(assignment.lease, by: World.found("make", "check"))
    #expect(extended.plan.jobs.map(\.job.name) == ["create-driver", "clone.1", "detect", "make", "check"])
    #expect(Array(extended.jobs.prefix(3)) == assignment.jobs && extended.jobs.allSatisfy { $0.logSize == 0 })
    for job in try await world.jobs(assignment.lease.build).suffix(2) {
      #expect(await events.next() == .job(job))
      #expect(job.status == .queued && extended.jobs.contains { $0.id == job.id })
    }
    let going = Assignment(
      lease: assignment.lease, number: 1, plan: extended.plan, jobs: Array(extended.jobs.dropFirst(3)))
    try await world.run(going)
    #expect(try await world.text(going.jobs[0].id) == "out\n")
    #expect(try await world.build(assignment.lease.build).status == .passed)
    await world.close()
  }

  @Test func `only the agent that has the build may extend its plan`() async throws {
    let world = try await World()
    let old = try await world.detecting()
    await world.wait(.seconds(30))
    let new = try await world.claim("two")
    #expect(try await isStale { _ = try await world.scheduler.extend(old.lease, by: World.found("make")) })
    #expect(try await world.jobs(old.lease.build).count == 3)
    _ = try await world.scheduler.extend(new.lease, by: World.found("make"))
    #expect(try await world.jobs(old.lease.build).count == 4)
    await world.close()
  }

  @Test func `a plan that has nothing to find out is not extended`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    await #expect(throws: QueueError.self) {
      try await world.scheduler.extend(assignment.lease, by: World.found("make"))
    }
    #expect(try await world.jobs(assignment.lease.build).count == 3)
    await world.close()
  }

  @Test func `a second attempt finds out anew, and jobs that are the same go on with their logs`() async throws {
    var world = try await World()
    let first = try await world.detecting()
    let jobs = try await world.scheduler.extend(first.lease, by: World.found("make", "check")).jobs
    try await world.scheduler.report(first.lease, [.finished(jobs[2].id, .passed, exitCode: nil, at: world.clock.now)])
    try await world.begin(jobs[3], first.lease)
    try await world.restart()
    let second = try await world.claim()
    #expect(second.lease.attempt == 2 && second.plan == first.plan && second.jobs.count == 3)
    let again = try await world.scheduler.extend(second.lease, by: World.found("make", "test")).jobs
    #expect(again[3].id == jobs[3].id && again[3].logSize == 4)
    #expect(again[4].id != jobs[4].id && again[4].logSize == 0)
    #expect(try await world.jobs(first.lease.build).map(\.name).suffix(2) == ["make", "test"])
    try await world.run(Assignment(lease: second.lease, number: 1, plan: second.plan, jobs: again))
    #expect(try await world.text(jobs[3].id) == "out\nout\n")
    await world.close()
  }

  @Test func `the log of a job that is no longer part of the plan is complete`() async throws {
    var world = try await World()
    let first = try await world.detecting()
    let jobs = try await world.scheduler.extend(first.lease, by: World.found("make")).jobs
    try await world.begin(jobs[3], first.lease)
    try await world.restart()
    let second = try await world.claim()
    _ = try await world.scheduler.extend(second.lease, by: World.found("cmake"))
    #expect(try await world.logs.state(jobs[3].id).ended)
    #expect(try await world.jobs(first.lease.build).map(\.name) == ["create-driver", "clone.1", "detect", "cmake"])
    await world.close()
  }

  @Test func `the time that the program's own manifest allows counts from the build's beginning`() async throws {
    let world = try await World()
    let assignment = try await world.detecting()
    await world.wait(.seconds(5))
    var found = World.found("make")
    found.timeoutSeconds = 20
    _ = try await world.scheduler.extend(assignment.lease, by: found)
    await world.wait(.seconds(14))
    _ = try await world.scheduler.renew(assignment.lease)
    #expect(try await world.build(assignment.lease.build).status == .running)
    await world.wait(.seconds(1))
    #expect(try await world.scheduler.stopRequested(assignment.lease) == .timedOut)
    await world.close()
  }

  @Test func `a further driver's creation is limited as the first one's is`() async throws {
    let world = try await World { $0.driverCreationLimit = .seconds(10) }
    let assignment = try await world.detecting()
    var found = World.found("make")
    found.setup = [PlannedJob(name: "create-driver.2", step: .createDriver)]
    let jobs = try await world.scheduler.extend(assignment.lease, by: found).jobs
    try await world.scheduler.report(assignment.lease, [.started(jobs[3].id, at: world.clock.now)])
    await world.wait(.seconds(10))
    #expect(try await world.scheduler.stopRequested(assignment.lease) == .timedOut)
    await world.close()
  }

  @Test func `a build that is killed while it finds out stays so`() async throws {
    let world = try await World()
    let assignment = try await world.detecting()
    _ = try await world.scheduler.kill(assignment.lease.build)
    _ = try await world.scheduler.extend(assignment.lease, by: World.found("make"))
    await world.wait(.seconds(10))
    #expect(try await world.build(assignment.lease.build).status == .killed)
    #expect(
      try await world.jobs(assignment.lease.build).map(\.status) == [.passed, .passed, .killed, .skipped])
    await world.close()
  }

  @Test func `a build that is run again finds out anew`() async throws {
    let world = try await World()
    let assignment = try await world.detecting()
    _ = try await world.scheduler.extend(assignment.lease, by: World.found("make"))
    try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .failed))
    let again = try await world.scheduler.rerun(assignment.lease.build, by: world.user)
    #expect(again.kind == .program)
    #expect(try await world.jobs(again.id).map(\.name) == ["create-driver", "clone.1", "detect"])
    #expect(try await world.claim().plan == assignment.plan)
    await world.close()
  }
}

extension World {
  /// What a program turns out to be: a stage of these jobs.
  static func found(_ jobs: String...) -> PlanExtension {
    PlanExtension(
      manifest: "found", driver: DriverSpecification(type: "host"),
      stages: [
        PlannedStage(name: "build", jobs: jobs.map { PlannedJob(name: $0, step: .script(commands: ["true"])) })
      ])
  }

  @discardableResult
  func submitProgram(timeout: Int64 = 3600) async throws -> Build {
    try await scheduler.submit(
      Submission(
        owner: user, kind: .program, manifest: "",
        plan: programPlan("https://example.org/hello.git", limits: PlanLimits(timeoutSeconds: timeout)),
        trigger: Trigger(type: .api)))
  }

  /// A program that was cloned and whose `detect` job runs.
  /// A program whose `detect` job runs with this agent.
  func detecting(by agent: String = "one") async throws -> Assignment {
    try await submitProgram()
    let assignment = try await claim(agent)
    for job in assignment.jobs.prefix(2) {
      try await scheduler.report(
        assignment.lease,
        [.started(job.id, at: clock.now), .finished(job.id, .passed, exitCode: nil, at: clock.now)])
    }
    try await scheduler.report(assignment.lease, [.started(assignment.jobs[2].id, at: clock.now)])
    return assignment
  }

  fileprivate func begin(_ job: AssignedJob, _ lease: Lease) async throws {
    try await scheduler.report(lease, [.started(job.id, at: clock.now)])
    _ = try await scheduler.appendLog(lease, job: job.id, at: 0, Array("out\n".utf8), elapsedMilliseconds: 1)
  }
}
