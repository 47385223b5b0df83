internal import Store

/// The lines that have builds of one need, the one first whose turn it is. A binary heap.
///
/// Turns only come later as lines are served, so what the heap holds is never too late, and is set right when it comes to
/// the top; a line that was served is not looked for in the heaps of all its needs.
struct LineHeap: Sendable {
  private struct Entry {
    var turn: QueueTurn
    var line: QueueLine
  }

  private var heap: [Entry] = []
  private var turns: [QueueLine: QueueTurn] = [:]

  /// A line has a build whose turn is then.
  mutating func add(_ line: QueueLine, _ turn: QueueTurn) {
    if let known = turns[line], known <= turn { return }
    turns[line] = turn
    heap.append(Entry(turn: turn, line: line))
    siftUp()
  }

  /// The earliest turn; `current` says what a line's is now, nil where it has no such builds any more.
  mutating func first(current: (QueueLine) -> QueueTurn?) -> QueueTurn? {
    while let entry = heap.first {
      if turns[entry.line] == entry.turn {
        let now = current(entry.line)
        if now == entry.turn { return now }
        turns[entry.line] = nil
        pop()
        if let now { add(entry.line, now) }
      } else {
        pop()
      }
    }
    return nil
  }

  private mutating func pop() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    heap[0] = last
    siftDown()
  }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0, heap[child].turn < heap[(child - 1) / 2].turn {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].turn < heap[smallest].turn {
        smallest = child
      }
      if smallest == parent { return }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
