import ManualTime
import Model
import Queue
import Testing

@testable import Scheduling

@Suite struct ResultTests {
  private func batch(_ texts: [String]) -> ResultBatch {
    let messages = texts.enumerated().map {
      CompilerMessage(severity: .error, file: "a.c", line: 1, text: $0.element, logLine: Int64($0.offset + 1))
    }
    return ResultBatch(
      messages: messages, counts: ResultCounts(messages: MessageCounts(errors: Int64(texts.count))))
  }

  @Test func `listeners hear of a build whose results have changed`() async throws {
    let world = try await World()
    let running = try await world.running()
    let job = running.jobs[1].id
    try await world.scheduler.report(running.lease, [.started(job, at: world.clock.now)])
    var events = world.scheduler.events(.build(running.lease.build)).makeAsyncIterator()
    try await world.scheduler.report(running.lease, [.results(job, batch(["e"]))])
    guard case .build(let build) = await events.next() else {
      Issue.record("another event came")
      return
    }
    #expect(build.results?.counts.messages.errors == 1)
    await world.close()
  }

  @Test func `a batch that makes no sense is refused`() async throws {
    let world = try await World()
    let running = try await world.running()
    let job = running.jobs[1].id
    var batches = [
      batch(Array(repeating: "e", count: 501)), batch([String(repeating: "e", count: 2000)]), batch([]), batch(["e"]),
      batch(["e"]),
    ]
    batches[2].firstMessage = -1
    batches[3].firstMessage = 1000
    batches[4].counts.messages.errors = -1
    for batch in batches {
      await #expect(throws: QueueError.self) {
        try await world.scheduler.report(running.lease, [.results(job, batch)])
      }
    }
    #expect(try await world.build(running.lease.build).results == nil)
    await world.close()
  }

  @Test(arguments: [("one\ntwo\n", 2), ("one\ntwo", 1), ("", 0)])
  func `an agent that begins a build anew hears how many lines a log has`(_ log: String, _ lines: Int64) async throws {
    var world = try await World()
    let first = try await world.running()
    let job = first.jobs[1].id
    try await world.scheduler.report(first.lease, [.started(job, at: world.clock.now)])
    _ = try await world.scheduler.appendLog(first.lease, job: job, at: 0, Array(log.utf8), elapsedMilliseconds: 1)
    try await world.scheduler.report(first.lease, [.results(job, batch(["e"]))])
    try await world.restart()
    let second = try await world.claim()
    #expect(second.jobs.map(\.logLines) == [0, lines, 0])
    #expect(second.jobs[1].logSize == Int64(log.utf8.count))
    #expect(try await world.build(second.lease.build).results == nil)
    await world.close()
  }
}
