internal import Model

/// Something that is to happen when a time has come.
enum Deadline: Sendable, Hashable {
  /// The agent has not renewed its lease.
  case lease(BuildID)
  /// The build has taken too long.
  case timeout(BuildID)
  /// The driver has taken too long to be created.
  case driver(BuildID)
  /// The agent has not ended the build that it was asked to.
  case stop(BuildID)
}

/// Times to come, the earliest first; each deadline has at most one. A binary heap in which outdated entries stay
/// until they come to the top.
struct DeadlineQueue: Sendable {
  private struct Entry {
    var time: Duration
    var deadline: Deadline
  }

  private var heap: [Entry] = []
  private var times: [Deadline: Duration] = [:]
  private var failures: [Deadline: Int] = [:]

  /// The earliest time.
  var next: Duration? {
    mutating get {
      dropOutdated()
      return heap.first?.time
    }
  }

  /// Sets a deadline's time, in place of an earlier one. True where it has become the earliest of all.
  @discardableResult
  mutating func set(_ deadline: Deadline, at time: Duration) -> Bool {
    let before = next
    times[deadline] = time
    heap.append(Entry(time: time, deadline: deadline))
    siftUp()
    return before.map { time < $0 } ?? true
  }

  /// Drops a deadline; an absent one is fine.
  mutating func remove(_ deadline: Deadline) { times[deadline] = nil }

  /// Drops all deadlines of a build.
  mutating func removeAll(of build: BuildID) {
    for deadline in [Deadline.lease(build), .timeout(build), .driver(build), .stop(build)] {
      remove(deadline)
      _ = noteSuccess(deadline)
    }
  }

  /// Counts that a deadline which has come could not be met. Returns how often in a row, and how long to wait before
  /// the next try: 1 second, then longer, 5 at most.
  mutating func noteFailure(_ deadline: Deadline) -> (failures: Int, delay: Duration) {
    let count = failures[deadline, default: 0] + 1
    failures[deadline] = count
    return (count, .seconds(min(count, 5)))
  }

  /// Forgets the failures of a deadline. True where there were some.
  mutating func noteSuccess(_ deadline: Deadline) -> Bool { failures.removeValue(forKey: deadline) != nil }

  /// Takes the deadlines whose time has come, in order.
  mutating func due(at now: Duration) -> [Deadline] {
    var due: [Deadline] = []
    while let time = next, time <= now, let entry = pop() {
      times[entry.deadline] = nil
      due.append(entry.deadline)
    }
    return due
  }

  private mutating func dropOutdated() {
    while let first = heap.first, times[first.deadline] != first.time { _ = pop() }
  }

  private mutating func pop() -> Entry? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      siftDown()
    }
    return first
  }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0, heap[child].time < heap[(child - 1) / 2].time {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      let children = (2 * parent + 1..<2 * parent + 3).filter { $0 < heap.count }
      guard let smaller = children.min(by: { heap[$0].time < heap[$1].time }), heap[smaller].time < heap[parent].time
      else { return }
      heap.swapAt(parent, smaller)
      parent = smaller
    }
  }
}
