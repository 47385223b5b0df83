import Model
import Queue
import Testing

@testable import Scheduling

@Suite struct EventTests {
  private let build = BuildID(rawValue: 1)
  private let owner = UserID(rawValue: 1)

  private func job(_ id: Int64) -> BuildEvent {
    .job(
      Job(
        id: JobID(rawValue: id), build: build, position: 0, stage: "s", name: "n", status: .queued, exitCode: nil,
        logSize: 0, createdAt: Timestamp(milliseconds: 0), startedAt: nil, finishedAt: nil))
  }

  @Test func `a listener hears what it asked for, in order`() async {
    let hub = EventHub()
    let mine = hub.subscribe(.build(build))
    let owners = hub.subscribe(.owner(owner))
    let others = hub.subscribe(.build(BuildID(rawValue: 2)))
    hub.publish((1...100).map(job), build: build, owner: owner)
    hub.finish()
    for subscription in [mine, owners] {
      var heard: [BuildEvent] = []
      for await event in subscription { heard.append(event) }
      #expect(heard == (1...100).map(job))
    }
    for await event in others { Issue.record("heard \(event)") }
  }

  @Test func `a listener that is too slow is told, and then hears what comes after`() async {
    let hub = EventHub()
    let subscription = hub.subscribe(.build(build))
    var iterator = subscription.makeAsyncIterator()
    for id in 0..<Int64(EventHub.bufferLimit) { hub.publish([job(id)], build: build, owner: owner) }
    #expect(await iterator.next() == job(0))
    for id in 1000..<1003 as Range<Int64> { hub.publish([job(id)], build: build, owner: owner) }
    #expect(await iterator.next() == .missed)
    #expect(await iterator.next() == job(1002))
    hub.finish()
    #expect(await iterator.next() == nil)
  }

  @Test func `a listener that waits is woken, also by its own cancellation`() async {
    let hub = EventHub()
    let subscription = hub.subscribe(.owner(owner))
    let first = Task {
      var iterator = subscription.makeAsyncIterator()
      return await iterator.next()
    }
    hub.publish([job(5)], build: build, owner: owner)
    #expect(await first.value == job(5))
    let second = Task {
      var iterator = subscription.makeAsyncIterator()
      return await iterator.next()
    }
    second.cancel()
    #expect(await second.value == nil)
  }

  @Test func `a subscription that nobody reads any more is forgotten`() async {
    let hub = EventHub()
    do {
      let subscription = hub.subscribe(.build(build))
      #expect(hub.subscribers == 1)
      var iterator = subscription.makeAsyncIterator()
      hub.publish([job(1)], build: build, owner: owner)
      #expect(await iterator.next() == job(1))
    }
    #expect(hub.subscribers == 0)
  }

  @Test func `after the end there is nothing to hear`() async {
    let hub = EventHub()
    hub.finish()
    for await event in hub.subscribe(.owner(owner)) { Issue.record("heard \(event)") }
  }
}
