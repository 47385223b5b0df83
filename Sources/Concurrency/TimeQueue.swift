/// Times to come, the earliest first; each key has at most one. A binary heap in which outdated entries stay until they
/// come to the top. A plain value; what the times count from is the owner's business.
public struct TimeQueue<Key: Hashable & Sendable>: Sendable {
  private struct Entry {
    var time: Duration
    var key: Key
  }

  private var heap: [Entry] = []
  private var times: [Key: Duration] = [:]

  /// An empty queue.
  public init() {}

  /// The earliest time.
  public var next: Duration? {
    mutating get {
      dropOutdated()
      return heap.first?.time
    }
  }

  /// A key's time; nil where it has none.
  public func time(of key: Key) -> Duration? { times[key] }

  /// Sets a key's time, in place of an earlier one. True where it has become the earliest of all.
  @discardableResult
  public mutating func set(_ key: Key, at time: Duration) -> Bool {
    let before = next
    times[key] = time
    heap.append(Entry(time: time, key: key))
    siftUp()
    return before.map { time < $0 } ?? true
  }

  /// Drops a key; an absent one is fine.
  public mutating func remove(_ key: Key) { times[key] = nil }

  /// Takes the keys whose time has come, in order.
  public mutating func due(at now: Duration) -> [Key] {
    var due: [Key] = []
    while let time = next, time <= now, let entry = pop() {
      times[entry.key] = nil
      due.append(entry.key)
    }
    return due
  }

  private mutating func dropOutdated() {
    while let first = heap.first, times[first.key] != first.time { _ = pop() }
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
