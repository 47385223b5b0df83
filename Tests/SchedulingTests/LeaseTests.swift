import Logs
import LogsFile
import ManualTime
import Model
import Queue
import Testing

@testable import Scheduling

@Suite struct LeaseTests {
  @Test func `an agent that does not renew loses the build, and nothing of it is accepted any more`() async throws {
    let world = try await World()
    let old = try await world.running()
    let job = old.jobs[0].id
    try await world.scheduler.report(old.lease, [.started(job, at: world.clock.now)])
    await world.wait(.seconds(29))
    #expect(try await world.build(old.lease.build).status == .running)
    let stopped = Task { try await world.scheduler.stopRequested(old.lease) }
    await world.wait(.seconds(1))
    #expect(try await world.build(old.lease.build).status == .queued)
    await #expect(throws: QueueError.staleLease(old.lease.build)) { try await stopped.value }
    for isClaimed in [false, true] {
      if isClaimed { #expect(try await world.claim("two").lease.attempt == 2) }
      try await expectRefusal(of: old, in: world)
    }
    #expect(try await world.logs.state(job).size == 0)
    await world.close()
  }

  private func expectRefusal(of old: Assignment, in world: World) async throws {
    let scheduler = world.scheduler
    let job = old.jobs[0].id
    #expect(try await isStale { _ = try await scheduler.renew(old.lease) })
    #expect(try await isStale { _ = try await scheduler.stopRequested(old.lease) })
    #expect(try await isStale { try await scheduler.report(old.lease, [.started(job, at: world.clock.now)]) })
    #expect(
      try await isStale {
        _ = try await scheduler.appendLog(old.lease, job: job, at: 0, [65], elapsedMilliseconds: 0)
      })
    #expect(try await isStale { _ = try await scheduler.storeArtifact(old.lease, job: job, world.upload("x")) })
    for status in [Status.passed, .queued] {
      #expect(try await isStale { try await scheduler.finish(old.lease, BuildOutcome(status: status)) })
    }
  }

  @Test func `a renewed lease goes on`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    for _ in 0..<10 {
      await world.wait(.seconds(20))
      #expect(try await world.scheduler.renew(assignment.lease) == assignment.lease)
    }
    try await world.run(assignment)
    #expect(try await world.build(assignment.lease.build).attempt == 1)
    await world.close()
  }

  @Test func `three lost agents fail the build, with the reason`() async throws {
    let world = try await World()
    let build = try await world.submit()
    for attempt in 1...3 {
      #expect(try await world.claim("agent \(attempt)").lease.attempt == attempt)
      await world.wait(.seconds(30))
    }
    let failed = try await world.build(build.id)
    #expect(failed.status == .failed)
    #expect(
      failed.reason == "It was begun 3 times and never ended: the last time, agent agent 3 did not renew its lease.")
    #expect(world.scheduler.metrics.lost == 3)
    await world.close()
  }

  @Test func `a second attempt goes on in the log of the job that was interrupted`() async throws {
    let world = try await World()
    let first = try await world.running()
    for (index, job) in first.jobs.prefix(2).enumerated() {
      try await world.scheduler.report(first.lease, [.started(job.id, at: world.clock.now)])
      _ = try await world.scheduler.appendLog(
        first.lease, job: job.id, at: 0, Array("first\n".utf8), elapsedMilliseconds: 0)
      if index == 1 { break }
      try await world.scheduler.report(first.lease, [.finished(job.id, .passed, exitCode: 0, at: world.clock.now)])
    }
    await world.wait(.seconds(30))
    let second = try await world.claim()
    #expect(second.jobs.map(\.logSize) == [0, 6, 0])
    #expect(second.jobs[1].id == first.jobs[1].id)
    try await world.run(second)
    #expect(try await world.text(first.jobs[1].id) == "first\nout\n")
    #expect(try await world.text(second.jobs[0].id) == "out\n")
    #expect(try await world.text(first.jobs[0].id) == "first\n")
    #expect(try await world.build(second.lease.build).status == .passed)
    await world.close()
  }

  @Test func `a build that was given back comes first and has not used up an attempt`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    try await world.submit()
    try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .queued))
    let again = try await world.claim()
    #expect(again.lease.build == assignment.lease.build && again.lease.attempt == 1 && again.lease.fence == 2)
    await world.close()
  }

  @Test func `jobs that are left over at the end get the status that fits`() async throws {
    let world = try await World()
    for (status, left) in [
      (Status.failed, Status.failed), (.passed, .failed), (.killed, .killed), (.timedOut, .timedOut),
    ] {
      let assignment = try await world.running()
      try await world.scheduler.report(assignment.lease, [.started(assignment.jobs[0].id, at: world.clock.now)])
      _ = try await world.scheduler.appendLog(
        assignment.lease, job: assignment.jobs[0].id, at: 0, [65], elapsedMilliseconds: 0)
      try await world.scheduler.finish(assignment.lease, BuildOutcome(status: status, reason: "so it is"))
      let jobs = try await world.jobs(assignment.lease.build)
      #expect(jobs.map(\.status) == [left, .skipped, .skipped] && jobs[0].logSize == 1)
      #expect(try await world.logs.state(jobs[0].id).ended)
      #expect(try await world.build(assignment.lease.build).reason == "so it is")
    }
    await world.close()
  }

  @Test func `an impossible end is refused`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    for status in [Status.running, .skipped] {
      await #expect(throws: QueueError.self) {
        try await world.scheduler.finish(assignment.lease, BuildOutcome(status: status))
      }
    }
    for status in [Status.running, .queued, .passedWithFailures] {
      await #expect(throws: QueueError.self) {
        try await world.scheduler.report(
          assignment.lease, [.finished(assignment.jobs[0].id, status, exitCode: nil, at: world.clock.now)])
      }
    }
    for commit in ["", "HEAD", String(repeating: "A", count: 40), String(repeating: "a", count: 41)] {
      await #expect(throws: QueueError.self) { try await world.scheduler.report(assignment.lease, [.commit(commit)]) }
    }
    try await world.run(assignment)
    await world.close()
  }
}
