/// A short queue in an array: appended to at the end, dropped from at the front, both in amortised constant time.
struct SlidingWindow<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { head == elements.count }
  var first: Element? { isEmpty ? nil : elements[head] }
  var last: Element? { isEmpty ? nil : elements.last }

  /// Those from `range.lowerBound` on, counted from the front.
  func slice(_ range: Range<Int>) -> ArraySlice<Element> {
    elements[(head + range.lowerBound)..<(head + range.upperBound)]
  }

  mutating func append(_ element: Element) { elements.append(element) }
  mutating func removeLast() { elements.removeLast() }

  mutating func removeFirst(_ count: Int) {
    head += count
    // Moving the rest only when half is gone keeps the cost of each removal constant.
    if head == elements.count {
      elements.removeAll(keepingCapacity: true)
      head = 0
    } else if head > 64 && head * 2 > elements.count {
      elements.removeFirst(head)
      head = 0
    }
  }

  mutating func removeAll() { removeFirst(count) }
}
