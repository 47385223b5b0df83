import Concurrency
import Testing

@Suite struct KeyedTurnsTests {
  private let turns = KeyedTurns<String>()

  /// Takes the turn of a key; `end` gives it back.
  private struct Turn {
    let task: Task<Void, Never>
    let release = Wakeup()

    init(_ key: String, of turns: KeyedTurns<String>) async {
      let begun = Wakeup()
      let release = release
      task = Task {
        await turns.withTurn(of: key) {
          begun.signal()
          await release.wait()
        }
      }
      await begun.wait()
    }

    func end() async {
      release.signal()
      await task.value
    }
  }

  @Test func `one task at a time has the turn of a key, and all get it`() async {
    let inside = Lock((now: 0, most: 0, all: 0))
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          await turns.withTurn(of: "\(number % 2)") {
            if number % 2 == 0 {
              inside.withLock {
                $0.now += 1; $0.most = max($0.most, $0.now)
              }
            }
            await Task.yield()
            inside.withLock {
              $0.all += 1; if number % 2 == 0 { $0.now -= 1 }
            }
          }
        }
      }
    }
    #expect(inside.withLock { $0.most } == 1 && inside.withLock { $0.all } == 200)
  }

  @Test func `who is cancelled does not wait, and those behind get their turn`() async throws {
    let first = await Turn("a", of: turns)
    let cancelled = Task { try await turns.withTurnUnlessCancelled(of: "a") { 1 } }
    let behind = Task { try await turns.withTurnUnlessCancelled(of: "a") { 2 } }
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    #expect(try await turns.withTurnUnlessCancelled(of: "b") { 3 } == 3)
    await first.end()
    #expect(try await behind.value == 2)
    #expect(try await turns.withTurnUnlessCancelled(of: "a") { 4 } == 4)
  }

  @Test func `a thousand that are cancelled at any moment leave the key free`() async throws {
    for _ in 0..<20 {
      let tasks = (0..<50).map { number in Task { try await turns.withTurnUnlessCancelled(of: "a") { number } } }
      for task in tasks { task.cancel() }
      for task in tasks { _ = await task.result }
    }
    #expect(await turns.withTurn(of: "a") { true })
  }
}
