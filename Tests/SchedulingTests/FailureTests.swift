import Concurrency
import DatabaseSQLite
import Files
import Glibc
import Lifecycle
import Logs
import ManualTime
import Model
import Queue
import Store
import Testing

@testable import Scheduling

/// A log store whose ends fail as long as a test says so.
final class FailingLogs: LogStore {
  struct Full: Error {}
  let base: any LogStore
  let isFull = Lock(false)
  let hasNoSpace = Lock(false)
  /// Appends wait here for a word, where there is one to wait for.
  let gate = Lock<(entered: Wakeup, open: Wakeup)?>(nil)

  init(_ base: any LogStore) { self.base = base }

  func checkSpace() async throws {
    if hasNoSpace.withLock({ $0 }) { throw FileError(code: ENOSPC, operation: "write") }
  }

  func append(_ job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64) async throws -> Int64 {
    try await checkSpace()
    if let gate = gate.withLock({ $0 }) {
      gate.entered.signal()
      await gate.open.wait()
    }
    return try await base.append(job, at: offset, bytes, elapsedMilliseconds: elapsedMilliseconds)
  }
  func end<Result>(
    _ jobs: [JobID], _ store: ([JobID: EndedLog]) async throws -> Result
  ) async throws -> Result {
    if isFull.withLock({ $0 }), !jobs.isEmpty { throw Full() }
    return try await base.end(jobs, store)
  }
  func state(_ job: JobID) async throws -> LogState { try await base.state(job) }
  func read(_ job: JobID, from offset: Int64, limit: Int) async throws -> [UInt8] {
    try await base.read(job, from: offset, limit: limit)
  }
  func lines(_ job: JobID, from first: Int64, limit: Int, byteLimit: Int) async throws -> [LogLine] {
    try await base.lines(job, from: first, limit: limit, byteLimit: byteLimit)
  }
  func changed(_ job: JobID, beyond size: Int64) async throws -> LogState {
    try await base.changed(job, beyond: size)
  }
  func delete(_ job: JobID) async throws { try await base.delete(job) }
  func check() async throws { try await base.check() }
}

@Suite struct FailureTests {
  private func world() async throws -> (World, FailingLogs) {
    var world = try await World()
    let logs = FailingLogs(world.logs)
    world.scheduler = Scheduler(
      store: world.store, logs: logs, artifacts: world.artifacts, clock: world.clock, log: .none)
    return (world, logs)
  }

  @Test func `an agent whose last word could not be stored may say it again`() async throws {
    let (world, logs) = try await world()
    let assignment = try await world.running()
    try await world.scheduler.report(assignment.lease, [.started(assignment.jobs[0].id, at: world.clock.now)])
    logs.isFull.withLock { $0 = true }
    await #expect(throws: FailingLogs.Full.self) {
      try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .failed))
    }
    #expect(try await world.build(assignment.lease.build).status == .running)
    logs.isFull.withLock { $0 = false }
    try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .failed))
    #expect(try await world.build(assignment.lease.build).status == .failed)
    await world.close()
  }

  @Test func `what an agent has sent is in the log before its build goes to another one`() async throws {
    let (world, logs) = try await world()
    let (lost, job) = (try await world.running(), 0)
    try await world.scheduler.report(lost.lease, [.started(lost.jobs[job].id, at: world.clock.now)])
    let (entered, open) = (Wakeup(), Wakeup())
    logs.gate.withLock { $0 = (entered, open) }
    let scheduler = world.scheduler
    async let append = try? scheduler.appendLog(
      lost.lease, job: lost.jobs[job].id, at: 0, Array("late\n".utf8), elapsedMilliseconds: 1)
    await entered.wait()
    logs.gate.withLock { $0 = nil }
    async let given: Void = scheduler.finish(lost.lease, BuildOutcome(status: .queued))
    async let next = world.claim()
    // As long as this is on its way nobody gets the build.
    for _ in 0..<1_000 { await Task.yield() }
    #expect(try await world.build(lost.lease.build).status == .running)
    open.signal()
    _ = await append
    try await given
    #expect(try await next.jobs[job].logSize == 5)
    await world.close()
  }

  @Test func `a deadline that could not be met is met later`() async throws {
    let (world, logs) = try await world()
    let assignment = try await world.running()
    try await world.scheduler.report(assignment.lease, [.started(assignment.jobs[0].id, at: world.clock.now)])
    _ = try await world.scheduler.kill(assignment.lease.build)
    logs.isFull.withLock { $0 = true }
    await world.wait(.seconds(2))
    #expect(try await world.build(assignment.lease.build).status == .running)
    logs.isFull.withLock { $0 = false }
    await world.wait(.seconds(1))
    #expect(try await world.build(assignment.lease.build).status == .killed)
    await world.close()
  }

  @Test func `a build whose plan cannot be read fails, and the next one runs`() async throws {
    let world = try await World()
    let broken = try await world.submit()
    let next = try await world.submit()
    _ = try await world.database.write {
      try $0.execute("UPDATE build_plans SET plan = 'none' WHERE build = $1", [.integer(broken.id.rawValue)])
    }
    #expect(try await world.claim().lease.build == next.id)
    let failed = try await world.build(broken.id)
    #expect(failed.status == .failed && failed.reason?.contains("plan is not valid") == true)
    await world.close()
  }

  @Test func `a build that could not be claimed stays in front`() async throws {
    let world = try await World()
    let build = try await world.submit()
    _ = try await world.database.write { try $0.execute("ALTER TABLE build_plans RENAME TO elsewhere", []) }
    await #expect(throws: (any Error).self) { try await world.claim() }
    _ = try await world.database.write { try $0.execute("ALTER TABLE elsewhere RENAME TO build_plans", []) }
    let assignment = try await world.claim()
    #expect(assignment.lease.build == build.id && assignment.lease.attempt == 1)
    await world.close()
  }
}
