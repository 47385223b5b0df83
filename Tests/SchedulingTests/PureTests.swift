import Model
import Store
import Testing

@testable import Scheduling

/// Numbers that are the same in every run with the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

func entry(
  _ id: Int64, owner: Int64 = 1, namespace: Int64? = nil, driver: String = "host", labels: [String: String] = [:],
  requeued: Bool = false
) -> QueuedBuild {
  QueuedBuild(
    id: BuildID(rawValue: id), owner: UserID(rawValue: owner), namespace: namespace.map(NamespaceID.init(rawValue:)),
    needs: AgentRequirement(driver: driver, labels: labels), isRequeued: requeued,
    createdAt: Timestamp(milliseconds: id))
}

extension FairQueue {
  /// Takes all builds that an agent with these drivers can have.
  mutating func drain(_ drivers: Set<String> = ["host"]) -> [Int64] {
    var ids: [Int64] = []
    while let next = next(for: QueueOffer(drivers: drivers)) { ids.append(next.id.rawValue) }
    return ids
  }
}

@Suite struct FairQueueTests {
  private func queue(_ entries: [QueuedBuild], served: [QueueLine: Int64] = [:]) -> FairQueue {
    var queue = FairQueue(served: served)
    for entry in entries { queue.insert(entry) }
    return queue
  }

  @Test func `one line is served in the order of submission`() {
    var queue = queue((1...200).map { entry($0) })
    #expect(queue.drain() == Array(1...200))
    #expect(queue.count == 0)
  }

  @Test func `owners and namespaces take turns`() {
    var queue = queue(
      (1...4).map { entry($0) } + [entry(5, owner: 2), entry(6, owner: 2)] + [
        entry(7, namespace: 9), entry(8, namespace: 9),
      ])
    #expect(queue.drain() == [1, 5, 7, 2, 6, 8, 3, 4])
  }

  @Test func `the line that was served longest ago is next`() {
    let served: [QueueLine: Int64] = [.owner(UserID(rawValue: 1)): 8, .owner(UserID(rawValue: 2)): 5]
    var queue = queue([entry(1), entry(2, owner: 2), entry(3, owner: 3)], served: served)
    #expect(queue.turn == 8)
    #expect(queue.drain() == [3, 2, 1])
    #expect(queue.turn == 11)
  }

  @Test func `a late line does not make up for turns that it did not wait for`() {
    var queue = queue((1...4).map { entry($0) })
    #expect(queue.next(for: QueueOffer(drivers: ["host"]))?.id.rawValue == 1)
    #expect(queue.next(for: QueueOffer(drivers: ["host"]))?.id.rawValue == 2)
    for id in 5...7 { queue.insert(entry(Int64(id), owner: 2)) }
    #expect(queue.drain() == [5, 3, 6, 4, 7])
  }

  @Test func `builds that an agent had already come first, oldest first`() {
    var queue = queue([entry(1), entry(9, owner: 2, requeued: true), entry(4, requeued: true)])
    #expect(queue.drain() == [4, 9, 1])
  }

  @Test func `an agent gets only builds of its drivers, and others keep their place`() {
    var queue = queue([entry(1, driver: "qemu"), entry(2), entry(3, driver: "qemu", requeued: true), entry(4)])
    #expect(queue.drain(["host"]) == [2, 4])
    #expect(queue.drain(["docker"]) == [])
    #expect(queue.drain(["qemu", "host"]) == [3, 1])
  }

  @Test func `a removed build is not handed out, wherever it stands`() {
    var queue = queue((1...5).map { entry($0) } + [entry(6, requeued: true)])
    let removed = [1, 3, 5, 6, 3].map { queue.remove(BuildID(rawValue: $0)) }
    #expect(removed == [true, true, true, true, false])
    #expect(queue.count == 2)
    #expect(queue.drain() == [2, 4])
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `whatever happens, each build comes out once and no line waits twice as long as another`(_ seed: UInt64) {
    var numbers = SeededNumbers(seed)
    var queue = FairQueue()
    var inside: Set<Int64> = []
    var out: [Int64] = []
    for id in 1...Int64.random(in: 1...80, using: &numbers) {
      queue.insert(
        entry(
          id, owner: .random(in: 1...3, using: &numbers), namespace: Bool.random(using: &numbers) ? 7 : nil,
          driver: Bool.random(using: &numbers) ? "host" : "qemu", requeued: .random(in: 0...9, using: &numbers) == 0))
      inside.insert(id)
      if .random(in: 0...2, using: &numbers) == 0, let id = inside.randomElement(using: &numbers) {
        let removed = queue.remove(BuildID(rawValue: id))
        #expect(removed)
        inside.remove(id)
      }
      if Bool.random(using: &numbers), let next = queue.next(for: QueueOffer(drivers: ["host"])) {
        let known = inside.remove(next.id.rawValue)
        #expect(next.needs.driver == "host" && known != nil)
        out.append(next.id.rawValue)
      }
      #expect(queue.count == inside.count)
    }
    #expect(Set(queue.drain(["host", "qemu"])) == inside)
    #expect(Set(out).count == out.count)
  }
}

@Suite struct ClaimDeskTests {
  @Test func `a build goes to the agent that has waited longest and has its driver`() {
    var desk = ClaimDesk()
    #expect(desk.ask(1, QueueOffer(drivers: ["qemu"])) == nil)
    #expect(desk.ask(2, QueueOffer(drivers: ["host", "qemu"])) == nil)
    #expect(desk.ask(3, QueueOffer(drivers: ["host"])) == nil)
    #expect(desk.add(entry(1))?.waiter == 2)
    #expect(desk.add(entry(2))?.waiter == 3)
    #expect(desk.add(entry(3)) == nil)
    #expect(desk.add(entry(4, driver: "qemu"))?.waiter == 1)
    #expect(desk.waiting == 0 && desk.queue.count == 1)
  }

  @Test func `a build goes to the agent that has its labels, and an agent of an owner takes only his`() {
    var desk = ClaimDesk()
    _ = desk.ask(1, QueueOffer(drivers: ["host"], owner: UserID(rawValue: 2)))
    _ = desk.ask(2, QueueOffer(drivers: ["host"]))
    _ = desk.ask(3, QueueOffer(drivers: ["host"], labels: ["gpu": "a100", "os": "debian"]))
    #expect(desk.add(entry(1, labels: ["gpu": "a100"]))?.waiter == 3)
    #expect(desk.add(entry(2, labels: ["gpu": "h100"])) == nil)
    #expect(desk.add(entry(3, labels: ["gpu": "a100"])) == nil)
    #expect(desk.add(entry(4))?.waiter == 2)
    #expect(desk.add(entry(5)) == nil)
    #expect(desk.add(entry(6, owner: 2))?.waiter == 1)
    #expect(desk.ask(4, QueueOffer(drivers: ["host"], labels: ["gpu": "h100"]))?.id.rawValue == 2)
  }

  @Test func `an agent that drains waits until it is to work again`() {
    var desk = ClaimDesk()
    let (first, second) = (AgentID(rawValue: 1), AgentID(rawValue: 2))
    _ = desk.ask(1, QueueOffer(drivers: ["host"]), agent: first)
    _ = desk.ask(2, QueueOffer(drivers: ["host"]), agent: first)
    desk.drain(first)
    #expect(desk.add(entry(1)) == nil)
    #expect(desk.ask(3, QueueOffer(drivers: ["host"]), agent: first) == nil)
    #expect(desk.ask(4, QueueOffer(drivers: ["host"]), agent: second)?.id.rawValue == 1)
    for id in 2...3 { #expect(desk.add(entry(Int64(id))) == nil) }
    let matches = desk.resume(first)
    #expect(matches.map(\.waiter) == [1, 2] && matches.map(\.entry.id.rawValue) == [2, 3])
    #expect(desk.resume(first).isEmpty && desk.waiting == 1)
    #expect(desk.add(entry(4))?.waiter == 3)
  }

  @Test func `an agent that has left gets nothing`() {
    var desk = ClaimDesk()
    _ = desk.ask(1, QueueOffer(drivers: ["host"]))
    desk.leave(1)
    #expect(desk.add(entry(1)) == nil)
    #expect(desk.ask(2, QueueOffer(drivers: ["host"]))?.id.rawValue == 1)
  }
}

@Suite struct DeadlineQueueTests {
  @Test(arguments: 0..<200 as Range<UInt64>)
  func `gives what a sorted list would give`(_ seed: UInt64) {
    var numbers = SeededNumbers(seed)
    var queue = DeadlineQueue()
    var reference: [Deadline: Duration] = [:]
    var now = Duration.zero
    for _ in 0..<200 {
      let build = BuildID(rawValue: .random(in: 1...10, using: &numbers))
      let deadline = Bool.random(using: &numbers) ? Deadline.lease(build) : .timeout(build)
      switch Int.random(in: 0...5, using: &numbers) {
      case 0:
        queue.remove(deadline)
        reference[deadline] = nil
      case 1:
        now += .seconds(Int.random(in: 0...20, using: &numbers))
        let due = queue.due(at: now)
        #expect(due.map { reference[$0] ?? .seconds(-1) } == reference.values.filter { $0 <= now }.sorted())
        for deadline in due { reference[deadline] = nil }
      default:
        let time = now + .seconds(Int.random(in: 0...30, using: &numbers))
        let earliest = reference.values.min()
        #expect(queue.set(deadline, at: time) == (earliest.map { time < $0 } ?? true))
        reference[deadline] = time
      }
      #expect(queue.next == reference.values.min())
    }
  }
}

@Suite struct LostBuildTests {
  @Test(
    arguments: [
      (1, nil, LostBuild.requeue), (2, nil, .requeue),
      (3, nil, .end(.failed, reason: "It was begun 3 times and never ended: the last time, it rained.")),
      (1, .killed, .end(.killed, reason: "It was being stopped when it rained.")),
      (3, .timedOut, .end(.timedOut, reason: "It was being stopped when it rained.")),
    ] as [(Int, Status?, LostBuild)])
  func `a lost build is begun three times, unless it was to stop`(
    _ attempt: Int, _ stop: Status?, _ expected: LostBuild
  ) {
    #expect(LostBuild.decide(attempt: attempt, limit: 3, stop: stop, cause: "it rained") == expected)
  }
}

@Suite struct WaitHistogramTests {
  @Test func `counts each wait in every bucket that it fits`() {
    var histogram = WaitHistogram()
    histogram.add(0.02)
    histogram.add(7)
    histogram.add(10_000)
    #expect(histogram.cumulative == [0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3])
    #expect(histogram.totalSeconds == 10_007.02)
  }
}
