import Testing

import Concurrency

@Suite struct WakeupTests {
  @Test func `remembers a signal that came before the wait`() async {
    let wakeup = Wakeup()
    wakeup.signal()
    wakeup.signal()
    await wakeup.wait()
  }

  @Test func `a cancelled wait returns`() async {
    let wakeup = Wakeup()
    let task = Task { await wakeup.wait() }
    task.cancel()
    await task.value
  }

  @Test func `blocking threads return results and errors`() async throws {
    struct Refused: Error {}
    let threads = BlockingThreads(name: "test", count: 2)
    defer { threads.stop() }
    let sum = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 1...1000 { group.addTask { try await threads.run { number } } }
      return try await group.reduce(0, +)
    }
    #expect(sum == 500_500)
    await #expect(throws: Refused.self) { try await threads.run { throw Refused() } }
  }
}
