import Concurrency
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

/// A database that takes no writes as long as a test says so.
private final class FullDatabase: Database {
  let base: any Database
  let isFull = Lock(false)

  init(_ base: any Database) { self.base = base }

  var dialect: DatabaseDialect { base.dialect }
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result { try await base.read(body) }
  func write<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    if isFull.withLock({ $0 }) { throw DatabaseError(code: .full, message: "no space") }
    return try await base.write(body)
  }
  func close() async { await base.close() }
}

/// What scheduling does when nothing can be stored.
@Suite struct FullDiskTests {
  /// A scheduler over a disk that `setFull` fills, and what it logs.
  private struct Disk {
    var world: World
    let database: FullDatabase
    let lines: Lock<[String]>
    let logger: Logger

    init() async throws {
      world = try await World()
      database = FullDatabase(world.database)
      let lines = Lock<[String]>([])
      self.lines = lines
      logger = Logger { line in lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
      start()
    }

    mutating func start() {
      world.scheduler = Scheduler(
        store: Store(database: database, sealer: world.store.sealer), logs: world.logs, artifacts: world.artifacts,
        configuration: world.configuration, clock: world.clock, log: logger)
    }

    func setFull(_ isFull: Bool) { database.isFull.withLock { $0 = isFull } }
    func count(_ event: String) -> Int { lines.withLock { $0.filter { $0.contains(event) }.count } }
  }

  private func isNoSpace(_ body: () async throws -> Void) async throws -> Bool {
    do {
      try await body()
      return false
    } catch QueueError.noSpace {
      return true
    }
  }

  @Test func `a lease is renewed without the disk, and the build ends once there is space`() async throws {
    let disk = try await Disk()
    let world = disk.world
    let assignment = try await world.running()
    disk.setFull(true)
    for _ in 1...5 {
      await world.wait(.seconds(20))
      _ = try await world.scheduler.renew(assignment.lease)
    }
    let report = [ProgressChange.started(assignment.jobs[0].id, at: world.clock.now)]
    #expect(try await isNoSpace { try await world.scheduler.report(assignment.lease, report) })
    let failed = BuildOutcome(status: .failed, reason: "full")
    #expect(try await isNoSpace { try await world.scheduler.finish(assignment.lease, failed) })
    disk.setFull(false)
    try await world.scheduler.report(assignment.lease, report)
    try await world.scheduler.finish(assignment.lease, failed)
    let build = try await world.build(assignment.lease.build)
    #expect(build.status == .failed && build.reason == "full" && build.attempt == 1)
    await world.close()
  }

  @Test func `an agent hears of a kill, which is stored with the end`() async throws {
    let disk = try await Disk()
    let assignment = try await disk.world.running()
    disk.setFull(true)
    _ = try await disk.world.scheduler.kill(assignment.lease.build)
    #expect(try await disk.world.scheduler.stopRequested(assignment.lease) == .killed)
    disk.setFull(false)
    try await disk.world.scheduler.finish(assignment.lease, BuildOutcome(status: .killed))
    #expect(try await disk.world.build(assignment.lease.build).status == .killed)
    await disk.world.close()
  }

  @Test func `a timeout keeps its reason, and trying again is said once`() async throws {
    let disk = try await Disk()
    let assignment = try await disk.world.running(timeout: 10)
    disk.setFull(true)
    await disk.world.wait(.seconds(10))
    #expect(try await disk.world.scheduler.stopRequested(assignment.lease) == .timedOut)
    for _ in 1...15 { await disk.world.wait(.seconds(1)) }
    #expect(disk.count("deadline could not be met") == 1)
    disk.setFull(false)
    await disk.world.wait(.seconds(5))
    let build = try await disk.world.build(assignment.lease.build)
    #expect(build.status == .timedOut)
    #expect(build.reason == "It took longer than its limit of 10 s.")
    await disk.world.close()
  }

  @Test func `a lost build is lost once, when that can be stored`() async throws {
    let disk = try await Disk()
    let id = try await disk.world.running().lease.build
    disk.setFull(true)
    for _ in 1...60 { await disk.world.wait(.seconds(1)) }
    #expect(disk.world.scheduler.metrics.lost == 0)
    disk.setFull(false)
    await disk.world.wait(.seconds(5))
    #expect(try await disk.world.build(id).status == .queued)
    #expect(disk.world.scheduler.metrics.lost == 1 && disk.count("agent lost") == 1)
    #expect(try await disk.world.claim().lease.build == id)
    await disk.world.close()
  }

  @Test func `a queued build whose kill was not stored is still queued`() async throws {
    let disk = try await Disk()
    let build = try await disk.world.submit()
    disk.setFull(true)
    await #expect(throws: DatabaseError.self) { try await disk.world.scheduler.kill(build.id) }
    await #expect(throws: DatabaseError.self) { try await disk.world.submit() }
    #expect(try await isNoSpace { _ = try await disk.world.claim() })
    disk.setFull(false)
    #expect(disk.world.scheduler.metrics.queued == 1)
    #expect(try await disk.world.claim().lease.build == build.id)
    await disk.world.close()
  }

  @Test func `a server starts on a full disk, and takes up what was interrupted once there is space`() async throws {
    var disk = try await Disk()
    let id = try await disk.world.running().lease.build
    disk.setFull(true)
    disk.start()
    try await disk.world.scheduler.recover()
    await disk.world.wait(.seconds(3))
    #expect(try await disk.world.build(id).status == .running)
    disk.setFull(false)
    await disk.world.wait(.seconds(5))
    #expect(try await disk.world.claim().lease.build == id)
    await disk.world.close()
  }

  @Test func `no build is begun while there is no space for its log`() async throws {
    var disk = try await Disk()
    let logs = FailingLogs(disk.world.logs)
    disk.world.scheduler = Scheduler(
      store: disk.world.store, logs: logs, artifacts: disk.world.artifacts, clock: disk.world.clock, log: .none)
    let build = try await disk.world.submit()
    logs.hasNoSpace.withLock { $0 = true }
    #expect(try await isNoSpace { _ = try await disk.world.claim() })
    #expect(try await disk.world.build(build.id).status == .queued)
    logs.hasNoSpace.withLock { $0 = false }
    let assignment = try await disk.world.claim()
    #expect(assignment.lease.attempt == 1)
    logs.hasNoSpace.withLock { $0 = true }
    let job = assignment.jobs[0].id
    #expect(
      try await isNoSpace {
        _ = try await disk.world.scheduler.appendLog(assignment.lease, job: job, at: 0, [65], elapsedMilliseconds: 0)
      })
    await disk.world.close()
  }
}
