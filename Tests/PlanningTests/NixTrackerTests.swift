import Model
import NixFormat
import Testing

@testable import Planning

@Suite struct NixTrackerTests {
  private func path(_ name: String) throws -> StorePath {
    try #require(StorePath("/nix/store/gnqq3s4p985qri8a8dn9zmdw57cl8dd3-\(name)"))
  }

  @Test func `builds and fetches are counted and timed`() throws {
    var tracker = NixTracker()
    let (a, b, c) = (try path("a.drv"), try path("b.drv"), try path("c"))
    tracker.take(.buildStarted(a), at: .milliseconds(100))
    tracker.take(.fetchStarted(c, from: "https://cache/x?token=1"), at: .milliseconds(150))
    tracker.take(.buildStarted(b), at: .milliseconds(200))
    tracker.take(.fetchProgress(c, done: 500, expected: 1000), at: .milliseconds(210))
    tracker.take(.fetchProgress(c, done: 1000, expected: 1000), at: .milliseconds(220))
    tracker.take(.buildEnded(a), at: .milliseconds(350))
    tracker.take(.fetchEnded(c), at: .milliseconds(400))
    tracker.take(.failures(1), at: .milliseconds(450))
    tracker.take(.buildEnded(b), at: .milliseconds(500))
    let progress = tracker.progress
    #expect((progress.built, progress.failed, progress.fetched, progress.fetchedBytes) == (1, 1, 1, 1000))
    #expect(progress.items.map(\.name) == ["a", "c", "b"])
    #expect(progress.items.map(\.state) == [.done, .done, .failed])
    #expect(progress.items.map(\.milliseconds) == [250, 250, 300])
    #expect(progress.items[1].source == "https://cache/x")
    #expect(progress.isValid)
  }

  @Test func `what still runs at the end has not been done`() throws {
    var tracker = NixTracker()
    tracker.take(.buildStarted(try path("a.drv")), at: .zero)
    tracker.finish(at: .seconds(2))
    #expect(tracker.progress.items.map(\.state) == [.failed])
    #expect(tracker.progress.items.first?.milliseconds == 2000)
  }

  @Test func `thousands are counted, and the newest and those that run are named`() throws {
    var tracker = NixTracker()
    let running = try path("running.drv")
    tracker.take(.buildStarted(running), at: .zero)
    for number in 0..<3000 {
      let one = try path("n\(number).drv")
      tracker.take(.buildStarted(one), at: .seconds(1))
      tracker.take(.buildEnded(one), at: .seconds(2))
    }
    #expect(tracker.progress.built == 3000)
    #expect(tracker.progress.items.count == NixProgress.itemLimit)
    #expect(tracker.progress.items.first?.name == "running")
    #expect(tracker.progress.items.last?.name == "n2999")
    #expect(tracker.progress.isValid)
  }

  @Test func `ends without beginnings count, and harm nothing`() throws {
    var tracker = NixTracker()
    tracker.take(.fetchEnded(try path("x")), at: .seconds(-1))
    tracker.take(.failures(-3), at: .seconds(1 << 50))
    #expect(tracker.progress.items.isEmpty)
    #expect(tracker.progress.isValid)
  }
}
