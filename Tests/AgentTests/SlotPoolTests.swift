import Testing

@testable import Agent

@Suite struct SlotPoolTests {
  /// `+` a build comes, `-` one ends; the slots that there are after each.
  @Test(arguments: [
    (2...2, "++--", [2, 2, 2, 2, 2]), (0...0, "", [0]), (0...3, "+++---", [1, 2, 3, 3, 3, 2, 1]),
    (1...3, "+-+-", [1, 2, 1, 2, 1]), (2...4, "++++----", [2, 2, 3, 4, 4, 4, 3, 2, 2]), (1...1, "+-", [1, 1, 1]),
  ])
  func `slots follow the builds`(_ limits: ClosedRange<Int>, _ events: String, _ slots: [Int]) {
    var pool = SlotPool(limits)
    var seen = [pool.open()]
    for event in events {
      if event == "+" { _ = pool.take() } else { _ = pool.free() }
      seen.append(pool.slots)
      #expect(pool.busy <= pool.slots && pool.slots <= limits.upperBound && pool.slots >= limits.lowerBound)
    }
    #expect(seen == slots)
  }
}
