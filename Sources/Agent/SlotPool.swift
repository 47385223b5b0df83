/// How many builds an agent can run at once: at least the lower limit, and more, up to the upper one, while builds
/// wait. Until the upper limit is reached there is always one free slot that waits for a build; free ones beyond the
/// lower limit and this one go.
struct SlotPool: Sendable {
  let limits: ClosedRange<Int>
  private(set) var slots = 0
  private(set) var busy = 0

  init(_ limits: ClosedRange<Int>) { self.limits = limits }

  /// How many slots to begin with.
  mutating func open() -> Int {
    slots = max(limits.lowerBound, min(1, limits.upperBound))
    return slots
  }

  /// A slot has taken a build. True where another slot is to be opened: it is counted already.
  mutating func take() -> Bool {
    busy += 1
    guard busy == slots, slots < limits.upperBound else { return false }
    slots += 1
    return true
  }

  /// A slot's build has ended. False where the slot is to be closed: it is not counted any more.
  mutating func free() -> Bool {
    busy -= 1
    guard slots > limits.lowerBound, slots - busy > 1 else { return true }
    slots -= 1
    return false
  }
}

/// An agent's slots at one moment.
public struct AgentMetrics: Sendable, Hashable {
  /// Slots that wait for a build or run one.
  public var slots: Int
  /// Those that run one.
  public var busy: Int
  /// The most there may be.
  public var limit: Int
}
