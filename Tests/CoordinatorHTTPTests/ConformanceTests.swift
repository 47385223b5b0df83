import Concurrency
import CoordinatorHTTP
import ArtifactsFile
import Artifacts
import Files
import Logs
import LogsFile
import Model
import Queue
import Store
import Testing

@testable import Scheduling

/// What every agent may rely on, whether the queue is in its own process or elsewhere.
@Suite struct ConformanceTests {
  private let now = Timestamp(milliseconds: 1_700_000_000_000)

  @Test(arguments: Way.allCases)
  func `A build is claimed with its first job running, and ends with its logs`(_ way: Way) async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.coordinator(way)
      let build = try await world.submit()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let (lease, jobs) = (assignment.lease, assignment.jobs.map(\.id))
      #expect(lease.build == build.id && lease.attempt == 1 && assignment.number == build.number)
      #expect(assignment.plan == RemoteWorld.plan())
      #expect(try await world.statuses(build.id) == [.running, .queued])
      var size = try await coordinator.appendLog(
        lease, job: jobs[0], at: 0, Array("made\n".utf8), elapsedMilliseconds: 3)
      #expect(size == 5)
      try await coordinator.report(
        lease,
        [.finished(jobs[0], .passed, exitCode: nil, at: SystemClock().now), .started(jobs[1], at: SystemClock().now)])
      #expect(try await world.text(jobs[0]) == "made\n")
      #expect(try await world.statuses(build.id) == [.passed, .running])
      size = try await coordinator.appendLog(lease, job: jobs[1], at: 0, Array("one\n".utf8), elapsedMilliseconds: 1)
      size = try await coordinator.appendLog(
        lease, job: jobs[1], at: size, Array("two\n".utf8), elapsedMilliseconds: 900)
      try await coordinator.finish(
        lease,
        after: [
          .commit(String(repeating: "a", count: 40)), .finished(jobs[1], .failed, exitCode: 7, at: SystemClock().now),
        ],
        BuildOutcome(status: .failed, reason: "it did not work"))
      let ended = try #require(try await world.build(build.id))
      #expect(ended.status == .failed && ended.reason == "it did not work" && ended.commit?.count == 40)
      #expect(try await world.text(jobs[1]) == "one\ntwo\n")
      let lines = try await world.logs.lines(jobs[1], from: 0, limit: 10, byteLimit: 100)
      #expect(lines.map(\.elapsedMilliseconds) == [1, 900])
    }
  }

  @Test(arguments: Way.allCases)
  func `A large log comes whole and in order`(_ way: Way) async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.coordinator(way)
      try await world.submit()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let job = assignment.jobs[0].id
      var (all, size): ([UInt8], Int64) = ([], 0)
      for number in 0..<400 {
        let piece = Array("line \(number) \(String(repeating: "x", count: number * 17 % 9000))\n".utf8)
        all += piece
        size = try await coordinator.appendLog(
          assignment.lease, job: job, at: size, piece, elapsedMilliseconds: Int64(number))
      }
      #expect(size == Int64(all.count))
      try await coordinator.report(assignment.lease, [.finished(job, .passed, exitCode: 0, at: SystemClock().now)])
      #expect(try await world.text(job) == String(decoding: all, as: UTF8.self))
      let last = try await world.logs.lines(job, from: 399, limit: 1, byteLimit: 100)
      #expect(last.first?.elapsedMilliseconds == 399)
    }
  }

  @Test(arguments: Way.allCases)
  func `Artifacts of every size are stored, and of two with a name the last stays`(_ way: Way) async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.coordinator(way)
      try await world.submit()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let job = assignment.jobs[0].id
      for (name, count) in [("empty", 0), ("small", 5), ("dir/a name, ü", 70_000), ("small", 3_000_000)] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
        let artifact = try await coordinator.storeArtifact(
          assignment.lease, job: job, try world.upload(bytes, name: name))
        #expect(artifact.content.size == Int64(count) && artifact.name == name)
        let stored = try await world.artifacts.open(sha256: artifact.content.sha256)
        let content = try await stored?.read(count: count + 1, at: 0)
        #expect(content == bytes)
      }
      let found = try await world.store.artifact(of: assignment.lease.build, name: "small", owner: world.user)
      #expect(found?.artifact.content.size == 3_000_000 && found?.artifact.permissions == 0o755)
      #expect(found?.artifact.program == ProgramFile(kind: .executable, architecture: "x86_64"))
    }
  }

  @Test(arguments: Way.allCases)
  func `An unsafe name and too many bytes are refused for good`(_ way: Way) async throws {
    try await RemoteWorld.run({ $0.artifactLimit = 100_000 }) { world in
      let coordinator = try world.coordinator(way)
      try await world.submit()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      for (name, count) in [("../up", 3), ("large", 100_001), ("../up", 90_000)] {
        let upload = try world.upload([UInt8](repeating: 1, count: count), name: name)
        await #expect(throws: (any Error).self) {
          _ = try await coordinator.storeArtifact(assignment.lease, job: assignment.jobs[0].id, upload)
        }
      }
      #expect(try await world.store.artifact(of: assignment.lease.build, name: "large", owner: world.user) == nil)
    }
  }

  @Test(arguments: Way.allCases)
  func `A plan is extended, and the same once more changes nothing`(_ way: Way) async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.coordinator(way)
      let detecting = RemoteWorld.plan([PlannedJob(name: "detect", step: .detect(source: 0))])
      try await world.submit(detecting)
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let (lease, jobs) = (assignment.lease, assignment.jobs.map(\.id))
      try await coordinator.report(
        lease, [.finished(jobs[0], .passed, exitCode: nil, at: now), .started(jobs[1], at: now)])
      let found = PlanExtension(
        manifest: "m", driver: detecting.driver,
        stages: [PlannedStage(name: "build", jobs: [PlannedJob(name: "make", step: .script(commands: ["make"]))])])
      let extended = try await coordinator.extend(lease, by: found)
      #expect(extended.jobs.count == 3 && extended.plan.jobs.last?.job.name == "make")
      #expect(try await coordinator.extend(lease, by: found) == extended)
      #expect(try await world.statuses(lease.build).count == 3)
    }
  }

  @Test(arguments: Way.allCases)
  func `Whoever runs a build hears that it is killed`(_ way: Way) async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.coordinator(way)
      try await world.submit()
      try await world.submit()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let other = try await coordinator.claim(RemoteWorld.offer)
      async let heard = coordinator.stopRequested(assignment.lease)
      let silent = Task { try await coordinator.stopRequested(other.lease) }
      _ = try await world.scheduler.kill(assignment.lease.build)
      #expect(try await heard == .killed)
      // And hears it again, where it asks again; the other one waits.
      #expect(try await coordinator.stopRequested(assignment.lease) == .killed)
      silent.cancel()
      await #expect(throws: CancellationError.self) { _ = try await silent.value }
      try await coordinator.finish(assignment.lease, BuildOutcome(status: .passed))
      #expect(try await world.build(assignment.lease.build)?.status == .killed)
    }
  }

  @Test(arguments: Way.allCases)
  func `A build that is given back is the next one, and counts as begun once`(_ way: Way) async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.coordinator(way)
      let first = try await world.submit()
      let given = try await coordinator.claim(RemoteWorld.offer)
      try await world.submit()
      _ = try await coordinator.appendLog(
        given.lease, job: given.jobs[0].id, at: 0, Array("half a li".utf8), elapsedMilliseconds: 0)
      try await coordinator.finish(given.lease, BuildOutcome(status: .queued))
      let again = try await coordinator.claim(RemoteWorld.offer)
      #expect(again.lease.build == first.id && again.lease.fence > given.lease.fence && again.lease.attempt == 1)
      #expect(again.jobs[0].logSize == 9)
      let size = try await coordinator.appendLog(
        again.lease, job: again.jobs[0].id, at: 9, Array("\nanew\n".utf8), elapsedMilliseconds: 0)
      #expect(size == 15)
      try await coordinator.report(
        again.lease, [.finished(again.jobs[0].id, .passed, exitCode: 0, at: SystemClock().now)])
      #expect(try await world.text(again.jobs[0].id) == "half a li\nanew\n")
    }
  }

  @Test(arguments: Way.allCases)
  func `Once a build has ended its lease is good for nothing`(_ way: Way) async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.coordinator(way)
      try await world.submit()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let (lease, job) = (assignment.lease, assignment.jobs[0].id)
      #expect(try await coordinator.renew(lease).durationMilliseconds == 30_000)
      try await coordinator.finish(lease, BuildOutcome(status: .passed))
      let upload = try world.upload([1], name: "late")
      let calls: [@Sendable () async throws -> Void] = [
        { _ = try await coordinator.renew(lease) },
        { try await coordinator.report(lease, [.started(job, at: SystemClock().now)]) },
        { _ = try await coordinator.appendLog(lease, job: job, at: 0, [1], elapsedMilliseconds: 0) },
        { _ = try await coordinator.storeArtifact(lease, job: job, upload) },
      ]
      for call in calls { await #expect(throws: QueueError.staleLease(lease.build)) { try await call() } }
    }
  }

  @Test(arguments: Way.allCases)
  func `A claim that nobody waits for any more takes no build`(_ way: Way) async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.coordinator(way)
      let gone = Task { try await coordinator.claim(RemoteWorld.offer) }
      while world.scheduler.metrics.waitingAgents == 0 { await Task.yield() }
      gone.cancel()
      await #expect(throws: (any Error).self) { _ = try await gone.value }
      let build = try await world.submit()
      #expect(try await world.coordinator(way, name: "two").claim(RemoteWorld.offer).lease.build == build.id)
    }
  }

  @Test(arguments: Way.allCases)
  func `A log that is full says how much is missing`(_ way: Way) async throws {
    try await RemoteWorld.run({ $0.logLimit = 2000 }) { world in
      let coordinator = try world.coordinator(way)
      try await world.submit()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let (lease, job) = (assignment.lease, assignment.jobs[0].id)
      var (size, limit): (Int64, Int64?) = (0, nil)
      for _ in 0..<50 {
        do {
          size = try await coordinator.appendLog(
            lease, job: job, at: size, [UInt8](repeating: 97, count: 100), elapsedMilliseconds: 0)
        } catch QueueError.logFull(_, let full) {
          limit = full
          break
        }
      }
      if let limit {
        _ = try await coordinator.appendLog(
          lease, job: job, at: limit, OutputLimit.line(missing: 100), elapsedMilliseconds: 0)
      }
      try await coordinator.report(lease, [.finished(job, .passed, exitCode: 0, at: SystemClock().now)])
      let text = try await world.text(job)
      #expect(text.contains("\nwright: the log has reached its limit; ") && text.utf8.count <= 2000)
    }
  }
}
