import Concurrency
import Lifecycle
import Testing

@Suite struct ServiceGroupTests {
  private func waiting(_ name: String, _ stopped: Lock<[String]>) -> ClosureService {
    ClosureService(name) {
      await Wakeup().wait()
      stopped.withLock { $0.append(name) }
    }
  }

  @Test func `stops in reverse order`() async throws {
    let stopped = Lock<[String]>([])
    let group = ServiceGroup(
      ["database", "queue", "server"].map { waiting($0, stopped) }, stopTimeout: .seconds(10), log: .none)
    try await group.run(until: {})
    #expect(stopped.withLock { $0 } == ["server", "queue", "database"])
  }

  @Test func `a failing service stops the others and its error comes out`() async {
    struct Broken: Error {}
    let stopped = Lock<[String]>([])
    let group = ServiceGroup(
      [waiting("database", stopped), ClosureService("server") { throw Broken() }], stopTimeout: .seconds(10), log: .none
    )
    await #expect(throws: Broken.self) { try await group.run(until: { await Wakeup().wait() }) }
    #expect(stopped.withLock { $0 } == ["database"])
  }

  @Test func `a service that ignores the request does not hold up the stop`() async throws {
    let release = Wakeup()
    let group = ServiceGroup(
      [
        ClosureService("stubborn") {
          await withCheckedContinuation { done in
            Task.detached {
              await release.wait(); done.resume()
            }
          }
        }
      ],
      stopTimeout: .milliseconds(1), log: .none)
    try await group.run(until: {})
    release.signal()
  }
}
