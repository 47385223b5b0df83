import ManualTime
import Model
import Queue
import Testing

@testable import Scheduling

@Suite struct StopTests {
  @Test func `a running build is stopped by its agent`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let reason = Task { try await world.scheduler.stopRequested(assignment.lease) }
    let build = try await world.scheduler.kill(assignment.lease.build)
    #expect(build.status == .running)
    #expect(try await reason.value == .killed)
    #expect(try await world.scheduler.stopRequested(assignment.lease) == .killed)
    #expect(try await world.scheduler.kill(build.id).status == .running)
    try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .killed))
    #expect(try await world.build(build.id).status == .killed)
    await world.wait(.seconds(10))
    #expect(try await world.build(build.id).status == .killed)
    await world.close()
  }

  @Test func `a silent agent does not keep a killed build running for two seconds`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    try await world.scheduler.report(assignment.lease, [.started(assignment.jobs[0].id, at: world.clock.now)])
    _ = try await world.scheduler.kill(assignment.lease.build)
    await world.wait(.milliseconds(1890))
    #expect(try await world.build(assignment.lease.build).status == .running)
    await world.wait(.milliseconds(100))
    #expect(try await world.build(assignment.lease.build).status == .killed)
    #expect(try await world.jobs(assignment.lease.build).map(\.status) == [.killed, .skipped, .skipped])
    #expect(try await isStale { try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .passed)) })
    #expect(try await isStale { _ = try await world.scheduler.stopRequested(assignment.lease) })
    await world.close()
  }

  @Test(arguments: [Status.passed, .failed, .queued, .timedOut])
  func `once the server wants an end, the agent's own word does not count`(_ status: Status) async throws {
    let world = try await World()
    let assignment = try await world.running()
    _ = try await world.scheduler.kill(assignment.lease.build)
    try await world.scheduler.finish(assignment.lease, BuildOutcome(status: status))
    #expect(try await world.build(assignment.lease.build).status == .killed)
    await world.close()
  }

  @Test func `a build over its time is timed out, with or without its agent`() async throws {
    let world = try await World()
    for answers in [true, false] {
      let assignment = try await world.running(timeout: 20)
      let reason = Task { try await world.scheduler.stopRequested(assignment.lease) }
      await world.wait(.seconds(19))
      #expect(try await world.build(assignment.lease.build).status == .running)
      await world.wait(.seconds(1))
      #expect(try await reason.value == .timedOut)
      if answers {
        try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .timedOut))
      } else {
        await world.wait(.seconds(2))
      }
      let build = try await world.build(assignment.lease.build)
      #expect(build.status == .timedOut && build.reason == "It took longer than its limit of 20 s.")
    }
    await world.close()
  }

  @Test(arguments: [StopReason.killed, .timedOut])
  func `a stop that comes after the last job has ended changes nothing`(_ stop: StopReason) async throws {
    let world = try await World()
    let assignment = try await world.running(timeout: 20)
    let id = assignment.lease.build
    for job in assignment.jobs {
      try await world.scheduler.report(assignment.lease, [.started(job.id, at: world.clock.now)])
      try await world.scheduler.report(assignment.lease, [.finished(job.id, .passed, exitCode: 0, at: world.clock.now)])
    }
    // The agent destroys the environment meanwhile.
    if stop == .killed { _ = try await world.scheduler.kill(id) } else { await world.wait(.seconds(20)) }
    #expect(try await world.scheduler.stopRequested(assignment.lease) == stop)
    try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .passed))
    let build = try await world.build(id)
    #expect(build.status == .passed && build.reason == nil)
    await world.close()
  }

  @Test func `a stop while a job runs decides, whatever the agent says`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let job = assignment.jobs[0].id
    try await world.scheduler.report(
      assignment.lease,
      [.started(job, at: world.clock.now), .finished(job, .passed, exitCode: 0, at: world.clock.now)])
    _ = try await world.scheduler.kill(assignment.lease.build)
    try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .passed))
    #expect(try await world.build(assignment.lease.build).status == .killed)
    await world.close()
  }

  @Test func `a driver has five minutes`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let job = assignment.jobs[0].id
    try await world.scheduler.report(assignment.lease, [.started(job, at: world.clock.now)])
    for _ in 0..<14 {
      await world.wait(.seconds(20))
      _ = try await world.scheduler.renew(assignment.lease)
    }
    #expect(try await world.build(assignment.lease.build).status == .running)
    await world.wait(.seconds(20))
    #expect(try await world.scheduler.stopRequested(assignment.lease) == .timedOut)
    await world.wait(.seconds(2))
    let build = try await world.build(assignment.lease.build)
    #expect(build.status == .timedOut && build.reason == "The driver was not created within 5 min.")
    #expect(try await world.jobs(build.id).map(\.status) == [.timedOut, .skipped, .skipped])
    await world.close()
  }

  @Test func `the driver's limit ends with its creation`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let job = assignment.jobs[0].id
    try await world.scheduler.report(
      assignment.lease,
      [.started(job, at: world.clock.now), .finished(job, .passed, exitCode: 0, at: world.clock.now)])
    for _ in 0..<20 {
      await world.wait(.seconds(20))
      _ = try await world.scheduler.renew(assignment.lease)
    }
    #expect(try await world.build(assignment.lease.build).status == .running)
    await world.close()
  }

  @Test func `the timer sleeps until the next deadline and acts by itself`() async throws {
    let world = try await World()
    let timer = Task { try await world.scheduler.runDeadlines() }
    let assignment = try await world.running(timeout: 5)
    let subscription = world.scheduler.events(.build(assignment.lease.build))
    world.clock.advance(by: .seconds(5))
    #expect(try await world.scheduler.stopRequested(assignment.lease) == .timedOut)
    while try await world.build(assignment.lease.build).status == .running {
      world.clock.advance(by: .milliseconds(100))
      await Task.yield()
    }
    var iterator = subscription.makeAsyncIterator()
    while let event = await iterator.next() {
      if case .build(let build) = event, build.status.isFinal { break }
    }
    #expect(try await world.build(assignment.lease.build).status == .timedOut)
    timer.cancel()
    _ = try? await timer.value
    await world.close()
  }

  @Test func `waiting for a stop ends when the waiting task is cancelled`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let waiting = Task { try await world.scheduler.stopRequested(assignment.lease) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    await world.close()
  }
}
