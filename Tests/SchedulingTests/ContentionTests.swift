import Concurrency
import ManualTime
import Model
import Queue
import Store
import Testing

@testable import Scheduling

@Suite struct ContentionTests {
  /// Agents, time and people really at once. Each agent writes its fence into the log, so that the log shows who wrote
  /// after whom.
  @Test(arguments: 0..<6 as Range<UInt64>)
  func `agents that lose builds while others take them never write after their successors`(_ seed: UInt64) async throws
  {
    let world = try await World(logsInMemory: true)
    let count = 60
    let changes = world.scheduler.events(.owner(world.user))
    let agents = (0..<6 as Range<UInt64>).map { number in
      Task { try await Self.agent(world, SeededNumbers(seed * 100 + number)) }
    }
    var numbers = SeededNumbers(seed)
    var builds: [BuildID] = []
    for _ in 0..<count {
      builds.append(try await world.submit().id)
      if Int.random(in: 0..<8, using: &numbers) == 0, let id = builds.randomElement(using: &numbers) {
        _ = try? await world.scheduler.kill(id)
      }
    }
    for await _ in changes where world.scheduler.metrics.finished.values.reduce(0, +) == Int64(count) { break }
    for task in agents { task.cancel() }
    for task in agents { _ = try? await task.value }
    for id in builds { try await check(id, in: world) }
    await world.close()
  }

  private func check(_ id: BuildID, in world: World) async throws {
    #expect(try await world.build(id).status.isFinal)
    for job in try await world.jobs(id) {
      #expect(job.status.isFinal)
      let text = try await world.text(job.id)
      let fences = text.split(separator: "\n").compactMap { Int($0) }
      #expect(fences == fences.sorted())
      #expect(job.status == .skipped || job.logSize == Int64(text.utf8.count))
    }
  }

  /// Takes builds until cancelled; sometimes falls silent in the middle of one, and sometimes writes on nevertheless.
  private static func agent(_ world: World, _ seed: SeededNumbers) async throws {
    var numbers = seed
    while !Task.isCancelled {
      let assignment = try await world.claim()
      do {
        try await work(on: assignment, world, &numbers)
      } catch is QueueError {
        // The lease has gone, as it should with an agent that sleeps.
      }
    }
  }

  private static func work(on assignment: Assignment, _ world: World, _ numbers: inout SeededNumbers) async throws {
    let lease = assignment.lease
    for job in assignment.jobs {
      try await world.scheduler.report(lease, [.started(job.id, at: world.clock.now)])
      var size = job.logSize
      for _ in 0..<3 {
        size = try await world.scheduler.appendLog(
          lease, job: job.id, at: size, Array("\(lease.fence)\n".utf8), elapsedMilliseconds: 0)
        switch Int.random(in: 0..<60, using: &numbers) {
        case ..<5: _ = try await world.scheduler.renew(lease)
        // Long enough for leases to run out, its own too, and then on as if nothing had happened.
        case 5: await world.wait(.seconds(31))
        default: break
        }
      }
      try await world.scheduler.report(lease, [.finished(job.id, .passed, exitCode: 0, at: world.clock.now)])
    }
    let status = Int.random(in: 0..<6, using: &numbers) == 0 ? Status.queued : .passed
    try await world.scheduler.finish(lease, BuildOutcome(status: status))
  }
}
