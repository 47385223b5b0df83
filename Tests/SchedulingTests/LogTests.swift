import Logs
import ManualTime
import Model
import Queue
import Testing

@testable import Scheduling

@Suite struct LogTests {
  @Test func `bytes are stored once, and a gap is refused`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let job = assignment.jobs[1].id
    func append(_ text: String, at offset: Int64) async throws -> Int64 {
      try await world.scheduler.appendLog(
        assignment.lease, job: job, at: offset, Array(text.utf8), elapsedMilliseconds: 3)
    }
    #expect(try await append("abc", at: 0) == 3)
    #expect(try await append("bcde", at: 1) == 5)
    await #expect(throws: QueueError.logGap(job, expected: 5)) { _ = try await append("x", at: 9) }
    await #expect(throws: QueueError.self) { _ = try await append("x", at: -1) }
    #expect(try await world.text(job) == "abcde")
    await world.close()
  }

  @Test func `a log stops at its limit, and takes one line more there`() async throws {
    let world = try await World { $0.logLimit = 40 }
    let assignment = try await world.running()
    let job = assignment.jobs[1].id
    func append(_ text: String, at offset: Int64) async throws -> Int64 {
      try await world.scheduler.appendLog(
        assignment.lease, job: job, at: offset, Array(text.utf8), elapsedMilliseconds: 0)
    }
    let output = String(repeating: "x", count: 28)
    #expect(try await append(output, at: 0) == 28)
    for offset in [Int64(28), 29, Int64.max] {
      await #expect(throws: QueueError.logFull(job, limit: 30)) { _ = try await append("123", at: offset) }
    }
    await #expect(throws: QueueError.logFull(job, limit: 30)) { _ = try await append("more than ten", at: 30) }
    #expect(try await world.text(job) == output + "12")
    #expect(try await append("\n9 missing", at: 30) == 40)
    // Said once, also where it is sent again or by another attempt.
    #expect(try await append("\nanother", at: 30) == 40)
    await #expect(throws: QueueError.logFull(job, limit: 30)) { _ = try await append("x", at: 40) }
    #expect(try await world.text(job) == output + "12\n9 missing")
    try await world.run(assignment.withoutLogs)
    await world.close()
  }

  @Test func `a log that exactly fills its limit is whole`() async throws {
    let world = try await World { $0.logLimit = 40 }
    let assignment = try await world.running()
    let job = assignment.jobs[1].id
    let output = Array(String(repeating: "x", count: 30).utf8)
    let size = try await world.scheduler.appendLog(
      assignment.lease, job: job, at: 0, output, elapsedMilliseconds: 0)
    #expect(size == 30)
    let end = try await world.scheduler.appendLog(assignment.lease, job: job, at: 30, [], elapsedMilliseconds: 0)
    #expect(end == 30)
    await world.close()
  }

  @Test func `a job of another build, or one that has ended, has no log to write to`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let other = try await world.running()
    await #expect(throws: QueueError.self) {
      _ = try await world.scheduler.appendLog(
        assignment.lease, job: other.jobs[0].id, at: 0, [65], elapsedMilliseconds: 0)
    }
    let job = assignment.jobs[0].id
    try await world.scheduler.report(
      assignment.lease,
      [.started(job, at: world.clock.now), .finished(job, .passed, exitCode: 0, at: world.clock.now)])
    await #expect(throws: QueueError.self) {
      _ = try await world.scheduler.appendLog(assignment.lease, job: job, at: 0, [65], elapsedMilliseconds: 0)
    }
    await world.close()
  }
}

extension Assignment {
  /// The same without the job whose log is full, so that `World.run` does not write to it.
  var withoutLogs: Assignment {
    var copy = self
    copy.jobs.remove(at: 1)
    return copy
  }
}

@Suite struct `A log while its job's end is being stored` {
  @Test func `has what comes once more, and takes nothing beyond it`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let job = assignment.jobs[0].id
    func append(_ text: String, at offset: Int64) async throws -> Int64 {
      try await world.scheduler.appendLog(
        assignment.lease, job: job, at: offset, Array(text.utf8), elapsedMilliseconds: 3)
    }
    #expect(try await append("abc", at: 0) == 3)
    try await world.logs.end([job]) { _ in
      let sizes = [try await append("ab", at: 0), try await append("abc", at: 0)]
      let isRefused = try await isStale { _ = try await append("abcd", at: 0) }
      #expect(sizes == [3, 3] && isRefused)
    }
    await world.close()
  }
}
