import Model
import Store
import Testing

@testable import Scheduling

/// The queue as its rules say it, without any index.
private struct NaiveQueue {
  var entries: [QueuedBuild] = []
  var served: [QueueLine: Int64] = [:]
  var turn: Int64 = 0

  mutating func insert(_ entry: QueuedBuild) {
    if !entries.contains(where: { $0.id == entry.id }) { entries.append(entry) }
  }

  mutating func remove(_ id: BuildID) -> Bool {
    let count = entries.count
    entries.removeAll { $0.id == id }
    return entries.count < count
  }

  mutating func next(for offer: QueueOffer) -> QueuedBuild? {
    let suited = entries.filter { entry in
      (offer.owner == nil || offer.owner == entry.owner)
        && Set(entry.needs.drivers).isSubset(of: offer.abilities.drivers)
        && entry.needs.labels.allSatisfy { offer.abilities.labels[$0.key] == $0.value }
    }
    let requeued = suited.filter(\.isRequeued).min { $0.id < $1.id }
    let next =
      requeued ?? suited.min { (served[$0.line] ?? 0, $0.id) < (served[$1.line] ?? 0, $1.id) }
    guard let next else { return nil }
    _ = remove(next.id)
    turn += 1
    served[next.line] = turn
    return next
  }
}

/// What happens to a queue, drawn from a seed.
private struct QueueStory {
  var numbers: SeededNumbers
  private var taken: [QueuedBuild] = []
  private var newest: Int64 = 0

  init(_ seed: UInt64) { numbers = SeededNumbers(seed) }

  private mutating func labels(_ odds: Int) -> [String: String] {
    var labels: [String: String] = [:]
    for key in ["gpu", "os", "zone"] where Int.random(in: 0..<odds, using: &numbers) == 0 {
      labels[key] = Bool.random(using: &numbers) ? "a" : "b"
    }
    return labels
  }

  /// Ids come in order but for a few that overtake each other, as concurrent submissions do.
  mutating func build() -> QueuedBuild {
    newest += .random(in: 1...3, using: &numbers)
    let late = Int.random(in: 0..<8, using: &numbers) == 0 ? newest * 1000 - 500 - newest : newest * 1000
    let owner = Int64.random(in: 1...4, using: &numbers)
    var entry = entry(
      max(1, late), owner: owner, namespace: Bool.random(using: &numbers) ? owner * 10 : nil,
      driver: Bool.random(using: &numbers) ? "host" : "qemu", labels: labels(4),
      requeued: Int.random(in: 0..<10, using: &numbers) == 0)
    if Int.random(in: 0..<6, using: &numbers) == 0 { entry.needs.furtherDrivers = ["docker"] }
    return entry
  }

  mutating func offer() -> QueueOffer {
    let drivers = ["host", "qemu", "docker"].filter { _ in Int.random(in: 0..<3, using: &numbers) > 0 }
    return QueueOffer(
      drivers: Set(drivers), labels: labels(2),
      owner: Int.random(in: 0..<3, using: &numbers) == 0 ? UserID(rawValue: .random(in: 1...4, using: &numbers)) : nil)
  }

  mutating func run(_ steps: Int, _ naive: inout NaiveQueue, _ queue: inout FairQueue) throws {
    for _ in 0..<steps {
      switch Int.random(in: 0..<10, using: &numbers) {
      case 0..<5:
        let entry = build()
        naive.insert(entry)
        queue.insert(entry)
      case 5:
        // One that could not be claimed goes to the front; also one that is there already is inserted again.
        guard var entry = (taken + naive.entries).randomElement(using: &numbers) else { continue }
        if taken.contains(entry) { entry.isRequeued = true }
        naive.insert(entry)
        queue.insert(entry)
      case 6:
        let id = naive.entries.randomElement(using: &numbers)?.id ?? BuildID(rawValue: 7)
        let (expected, found) = (naive.remove(id), queue.remove(id))
        #expect(found == expected)
      default:
        let offer = offer()
        let expected = naive.next(for: offer)
        #expect(queue.next(for: offer) == expected)
        if let expected { taken.append(expected) }
      }
      try #require(queue.count == naive.entries.count)
      try #require(queue.turn == naive.turn)
    }
  }
}

@Suite struct `The queue` {
  @Test(arguments: 0..<300 as Range<UInt64>)
  func `hands out what its rules say, whatever happens`(_ seed: UInt64) throws {
    var (naive, queue) = (NaiveQueue(), FairQueue())
    var story = QueueStory(seed)
    try story.run(250, &naive, &queue)
    let everything = QueueOffer(drivers: ["host", "qemu", "docker"], labels: ["gpu": "a", "os": "b", "zone": "a"])
    while let expected = naive.next(for: everything) { #expect(queue.next(for: everything) == expected) }
    #expect(queue.next(for: everything) == nil)
  }

  @Test func `keeps nothing of what has gone`() {
    var queue = FairQueue()
    for round in 0..<50 as Range<Int64> {
      for id in 1...40 as ClosedRange<Int64> {
        queue.insert(entry(round * 100 + id, owner: id % 5 + 1, labels: ["n": "\(round)-\(id)"], requeued: id % 7 == 0))
      }
      for id in 1...40 as ClosedRange<Int64> { queue.remove(BuildID(rawValue: round * 100 + id)) }
    }
    #expect(queue.count == 0 && queue.isClean)
  }

  @Test func `serves thousands of lines and needs, each agent what suits it`() {
    var queue = FairQueue()
    for id in 1...10_000 as ClosedRange<Int64> {
      queue.insert(entry(id, owner: id % 2000, labels: id % 4 == 0 ? ["gpu": "\(id % 2000)"] : [:]))
    }
    let offers = [
      QueueOffer(drivers: ["host"]), QueueOffer(drivers: ["qemu"]),
      QueueOffer(drivers: ["host"], labels: ["gpu": "8"]),
      QueueOffer(drivers: ["host"], owner: UserID(rawValue: 17)),
    ]
    var taken = 0
    for ask in 0..<20_000 where queue.next(for: offers[ask % offers.count]) != nil { taken += 1 }
    // Asked for by nobody: the needs of the other labels.
    #expect(taken == 7500 + 5 && queue.count == 2500 - 5)
  }
}
