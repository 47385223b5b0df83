import Concurrency
import CoordinatorHTTP
import Logs
import LogsFile
import HTTPServer
import Model
import Queue
import Testing

/// Requests and answers that are lost on their way: what is asked again has the effect of once.
@Suite struct LostAnswerTests {
  /// As the agent does: again and again while the server is away.
  private func again<Result>(_ body: () async throws -> Result) async throws -> Result {
    while true {
      do { return try await body() } catch QueueError.unavailable {}
    }
  }

  @Test(arguments: [true, false])
  func `A claim whose answer is lost brings the build again, and nobody else has it`(_ isAnswer: Bool) async throws {
    try await RemoteWorld.run { world in
      let build = try await world.submit()
      let coordinator = try world.remote()
      if isAnswer { world.faults.loseAnswer("claims") } else { world.faults.loseRequest("claims") }
      let assignment = try await again { try await coordinator.claim(RemoteWorld.offer) }
      #expect(assignment.lease.build == build.id && assignment.lease.attempt == 1)
      #expect(assignment.lease.fence == (isAnswer ? 2 : 1))
      try await coordinator.finish(assignment.lease, BuildOutcome(status: .passed))
      #expect(try await world.build(build.id)?.status == .passed)
    }
  }

  @Test(arguments: [true, false])
  func `Reports, logs and ends are stored once`(_ isAnswer: Bool) async throws {
    try await RemoteWorld.run { world in
      let build = try await world.submit()
      let coordinator = try world.remote()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let (lease, jobs) = (assignment.lease, assignment.jobs.map(\.id))
      for path in ["changes", "log", "finish", "renewals"] {
        if isAnswer { world.faults.loseAnswer(path) } else { world.faults.loseRequest(path) }
      }
      let lines = Array(String(repeating: "a line\n", count: 30_000).utf8)
      _ = try await coordinator.appendLog(lease, job: jobs[0], at: 0, lines, elapsedMilliseconds: 0)
      let time = SystemClock().now
      try await again {
        try await coordinator.report(
          lease, [.finished(jobs[0], .passed, exitCode: 0, at: time), .started(jobs[1], at: time)])
      }
      _ = try await again { try await coordinator.renew(lease) }
      _ = try await coordinator.appendLog(lease, job: jobs[1], at: 0, Array("end\n".utf8), elapsedMilliseconds: 0)
      try await again {
        try await coordinator.finish(
          lease, after: [.finished(jobs[1], .passed, exitCode: 0, at: time)], BuildOutcome(status: .passed))
      }
      #expect(try await world.build(build.id)?.status == .passed)
      #expect(try await world.statuses(build.id) == [.passed, .passed])
      #expect(try await world.text(jobs[0]).utf8.count == lines.count)
      #expect(try await world.text(jobs[1]) == "end\n")
    }
  }

  @Test func `A report that is broken off after it was stored is told again with its logs`() async throws {
    try await RemoteWorld.run { world in
      try await world.submit()
      let coordinator = try world.remote()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let (lease, job) = (assignment.lease, assignment.jobs[0].id)
      _ = try await coordinator.appendLog(lease, job: job, at: 0, Array("all\n".utf8), elapsedMilliseconds: 0)
      let ended = ProgressChange.finished(job, .failed, exitCode: 1, at: SystemClock().now)
      world.faults.loseAnswer("changes")
      await #expect(throws: QueueError.self) { try await coordinator.report(lease, [ended]) }
      try await coordinator.finish(lease, after: [ended], BuildOutcome(status: .failed))
      #expect(try await world.build(lease.build)?.status == .failed)
      #expect(try await world.text(job) == "all\n")
    }
  }

  @Test func `What the server had acknowledged of a log and lost is sent again`() async throws {
    try await RemoteWorld.run { world in
      try await world.submit()
      let coordinator = try world.remote()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let (lease, job) = (assignment.lease, assignment.jobs[0].id)
      var (all, size): ([UInt8], Int64) = ([], 0)
      for round in 0..<4 {
        for number in 0..<300 {
          let line = Array("round \(round) line \(number) \(String(repeating: "y", count: 400))\n".utf8)
          all += line
          size = try await coordinator.appendLog(lease, job: job, at: size, line, elapsedMilliseconds: Int64(number))
        }
        while try await world.logs.state(job).size < Int64(all.count) { await Task.yield() }
        // As a server that begins on a disk which has none of it.
        try await world.logs.delete(job)
      }
      try await coordinator.report(lease, [.finished(job, .passed, exitCode: 0, at: SystemClock().now)])
      #expect(try await world.text(job) == String(decoding: all, as: UTF8.self))
    }
  }

  @Test func `An artifact whose answer is lost is not sent again`() async throws {
    try await RemoteWorld.run { world in
      try await world.submit()
      let coordinator = try world.remote()
      let assignment = try await coordinator.claim(RemoteWorld.offer)
      let bytes = [UInt8](repeating: 3, count: 2_000_000)
      let upload = try world.upload(bytes, name: "large")
      var identifiers: Set<ArtifactID> = []
      for _ in 0..<2 {
        let artifact = try await again {
          try await coordinator.storeArtifact(assignment.lease, job: assignment.jobs[0].id, upload)
        }
        identifiers.insert(artifact.id)
      }
      #expect(identifiers.count == 1)
      #expect(world.faults.paths.filter { $0.hasPrefix("\(assignment.lease.build)-") }.count == 1)
    }
  }

  @Test func `The next build comes with the end of the one before, and goes back where nobody takes it`() async throws {
    try await RemoteWorld.run { world in
      let builds = try await [world.submit(), world.submit(), world.submit()]
      let coordinator = try world.remote()
      let first = try await coordinator.claim(RemoteWorld.offer)
      try await coordinator.finish(first.lease, BuildOutcome(status: .passed))
      #expect(try await world.build(builds[1].id)?.status == .running)
      let second = try await coordinator.claim(RemoteWorld.offer)
      #expect(second.lease.build == builds[1].id)
      #expect(world.faults.paths.filter { $0 == "claims" }.count == 1)
      // An end whose answer is lost took the third one along; the same end again is fine, and the build is not lost.
      world.faults.loseAnswer("finish")
      try await again { try await coordinator.finish(second.lease, BuildOutcome(status: .passed)) }
      let third = try await coordinator.claim(RemoteWorld.offer)
      #expect(third.lease.build == builds[2].id && third.lease.attempt == 1)
      let waiting = try await world.submit()
      try await coordinator.finish(third.lease, BuildOutcome(status: .passed))
      await coordinator.drain()
      #expect(try await world.build(waiting.id)?.status == .queued)
      for build in builds { #expect(try await world.build(build.id)?.status == .passed) }
      coordinator.close()
    }
  }

  @Test func `An agent that was started anew has what it had before taken back at once`() async throws {
    try await RemoteWorld.run { world in
      let build = try await world.submit()
      let before = try world.remote(installation: "0123456789abcdef")
      let lost = try await before.claim(RemoteWorld.offer)
      let other = try world.remote()
      let elsewhere = Task { try await other.claim(RemoteWorld.offer) }
      let after = try world.remote(installation: "0123456789abcdef")
      let waiting = Task { try await after.claim(RemoteWorld.offer) }
      // One of the two has it now.
      while try await world.build(build.id)?.attempt != 2 { await Task.yield() }
      await #expect(throws: QueueError.staleLease(build.id)) { _ = try await before.renew(lost.lease) }
      elsewhere.cancel()
      waiting.cancel()
    }
  }

  @Test func `What the agents' token does not open is refused in words`() async throws {
    try await RemoteWorld.run { world in
      let coordinator = try world.remote(token: "wr_nothing")
      await #expect(throws: AgentRefused.self) { _ = try await coordinator.claim(RemoteWorld.offer) }
    }
  }
}
