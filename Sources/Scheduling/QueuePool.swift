internal import Model
internal import Store

/// The waiting builds that some agents may take, everybody's or one owner's, by what they need.
struct QueuePool: Sendable {
  private struct Part {
    var count = 0
    var lines = LineHeap()
    var requeued = OldestFirst()
  }

  private var parts: [Int: Part] = [:]

  var isEmpty: Bool { parts.isEmpty }

  mutating func insert(_ entry: QueuedBuild, _ turn: QueueTurn, need: Int) {
    parts[need, default: Part()].count += 1
    if entry.isRequeued {
      parts[need]?.requeued.insert(entry.id)
    } else {
      parts[need]?.lines.add(entry.line, turn)
    }
  }

  /// `isGone` says which of those that were requeued wait no longer.
  mutating func remove(_ entry: QueuedBuild, need: Int, isGone: (BuildID) -> Bool) {
    parts[need]?.count -= 1
    if parts[need]?.count == 0 {
      parts[need] = nil
    } else if entry.isRequeued {
      parts[need]?.requeued.dropFirst(while: isGone)
    }
  }

  /// The oldest build with one of these needs that an agent had already.
  func oldestRequeued(among needs: Set<Int>) -> BuildID? {
    present(needs).compactMap { parts[$0]?.requeued.first }.min()
  }

  /// The oldest build, with one of these needs, of the line whose turn it is. `current` says when it is a line's turn.
  mutating func next(among needs: Set<Int>, current: (QueueLine, Int) -> QueueTurn?) -> BuildID? {
    present(needs).compactMap { need in parts[need]?.lines.first { current($0, need) } }.min()?.build
  }

  private func present(_ needs: Set<Int>) -> [Int] {
    needs.count <= parts.count ? needs.filter { parts[$0] != nil } : parts.keys.filter(needs.contains)
  }
}

/// When it is a line's turn: the lower, the sooner.
struct QueueTurn: Sendable, Comparable {
  /// When the line was last served.
  var turn: Int64
  /// Its oldest build.
  var build: BuildID

  static func < (left: QueueTurn, right: QueueTurn) -> Bool { (left.turn, left.build) < (right.turn, right.build) }
}

/// Builds, the oldest first, whatever the order in which they come.
struct OldestFirst: Sendable {
  private var ids: [BuildID] = []
  private var head = 0

  var first: BuildID? { head < ids.count ? ids[head] : nil }

  /// Adds a build; nearly always it is the newest.
  mutating func insert(_ id: BuildID) {
    var place = ids.count
    while place > head, id < ids[place - 1] { place -= 1 }
    if place > head, ids[place - 1] == id { return }
    ids.insert(id, at: place)
  }

  /// Drops from the front as long as `isGone` says so.
  mutating func dropFirst(while isGone: (BuildID) -> Bool) {
    while let id = first, isGone(id) { head += 1 }
    if head > 64, head > ids.count / 2 {
      ids.removeFirst(head)
      head = 0
    }
  }
}
