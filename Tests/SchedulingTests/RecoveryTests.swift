import Logs
import LogsFile
import ManualTime
import Model
import Queue
import Testing

@testable import Scheduling

@Suite struct RecoveryTests {
  @Test func `builds of agents that died with the server are begun anew at once`() async throws {
    var world = try await World()
    let interrupted = try await world.running()
    try await world.scheduler.report(interrupted.lease, [.started(interrupted.jobs[0].id, at: world.clock.now)])
    let waiting = try await world.submit()
    try await world.restart()
    #expect(try await world.build(interrupted.lease.build).status == .queued)
    let second = try await world.claim()
    #expect(second.lease.build == interrupted.lease.build && second.lease.attempt == 2)
    #expect(try await isStale { try await world.scheduler.finish(interrupted.lease, BuildOutcome(status: .passed)) })
    #expect(try await world.claim().lease.build == waiting.id)
    try await world.run(second)
    #expect(try await world.build(second.lease.build).status == .passed)
    await world.close()
  }

  @Test func `an agent elsewhere keeps its lease over a restart of the server`() async throws {
    var world = try await World()
    try await world.submit(timeout: 50)
    let offer = AgentOffer(agent: "far", drivers: ["host"])
    let assignment = try await world.scheduler.claim(offer, instance: "far-1")
    world.clock.advance(by: .seconds(10))
    try await world.restart()
    #expect(try await world.build(assignment.lease.build).status == .running)
    _ = try await world.scheduler.renew(assignment.lease)
    await world.wait(.seconds(29))
    _ = try await world.scheduler.renew(assignment.lease)
    await world.wait(.seconds(11))
    #expect(try await world.scheduler.stopRequested(assignment.lease) == .timedOut)
    await world.close()
  }

  @Test func `an agent elsewhere has a whole lease to find the server again, and no longer`() async throws {
    var world = try await World()
    try await world.submit()
    let assignment = try await world.scheduler.claim(
      AgentOffer(agent: "far", drivers: ["host"]), instance: "far-1")
    world.clock.advance(by: .seconds(200))
    try await world.restart()
    await world.wait(.seconds(29))
    #expect(try await world.build(assignment.lease.build).status == .running)
    await world.wait(.seconds(1))
    #expect(try await world.build(assignment.lease.build).status == .queued)
    await world.close()
  }

  @Test func `a kill outlives the server`() async throws {
    var world = try await World()
    let assignment = try await world.running()
    _ = try await world.scheduler.kill(assignment.lease.build)
    try await world.restart()
    let build = try await world.build(assignment.lease.build)
    #expect(build.status == .killed && build.reason == "It was being stopped when the server stopped while it ran.")
    await world.close()
  }

  @Test func `three ends of the server fail the build, with the reason`() async throws {
    var world = try await World()
    let build = try await world.submit()
    for _ in 0..<3 {
      _ = try await world.claim()
      try await world.restart()
    }
    let failed = try await world.build(build.id)
    #expect(failed.status == .failed)
    #expect(failed.reason == "It was begun 3 times and never ended: the last time, the server stopped while it ran.")
    await world.close()
  }

  @Test func `a log that ended just before the crash is left, and the job begins a new one`() async throws {
    var world = try await World()
    let first = try await world.running()
    let job = first.jobs[0].id
    try await world.scheduler.report(first.lease, [.started(job, at: world.clock.now)])
    // Too large to be stored with the job.
    let text = [UInt8](repeating: 65, count: 100_000)
    _ = try await world.scheduler.appendLog(first.lease, job: job, at: 0, text, elapsedMilliseconds: 0)
    // The server died after the log was ended and before the job's status was stored.
    try await world.logs.end([job]) { _ in }
    try await world.restart()
    let second = try await world.claim()
    #expect(second.jobs[0].id != job && second.jobs[0].logSize == 0)
    try await world.run(second)
    #expect(try await world.build(second.lease.build).status == .passed)
    await world.close()
  }

  @Test func `what an agent has finished is not begun again`() async throws {
    var world = try await World()
    let assignment = try await world.running()
    try await world.run(assignment)
    try await world.restart()
    #expect(world.scheduler.metrics.queued == 0 && world.scheduler.metrics.running == 0)
    await world.close()
  }
}
