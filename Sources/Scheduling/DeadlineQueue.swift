internal import Concurrency
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

/// The deadlines of builds, and how often in a row each could not be met.
struct DeadlineQueue: Sendable {
  private var times = TimeQueue<Deadline>()
  private var failures: [Deadline: Int] = [:]

  /// The earliest time.
  var next: Duration? {
    mutating get { times.next }
  }

  /// Sets a deadline's time, in place of an earlier one. True where it has become the earliest of all.
  @discardableResult
  mutating func set(_ deadline: Deadline, at time: Duration) -> Bool { times.set(deadline, at: time) }

  /// Drops a deadline; an absent one is fine.
  mutating func remove(_ deadline: Deadline) { times.remove(deadline) }

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
  mutating func due(at now: Duration) -> [Deadline] { times.due(at: now) }
}
