internal import Model
internal import Store

/// Brings waiting builds and waiting agents together: a build that comes is handed to the one agent that has waited
/// longest and can take it, and nobody else is woken.
struct ClaimDesk: Sendable {
  /// An agent that waits.
  private struct Waiter {
    var id: UInt64
    var drivers: Set<String>
  }

  private(set) var queue: FairQueue
  private var waiters: [Waiter] = []

  init(queue: FairQueue = FairQueue()) { self.queue = queue }

  var waiting: Int { waiters.count }

  /// An agent asks: it gets a build, or waits under `id`.
  mutating func ask(_ id: UInt64, drivers: Set<String>) -> QueuedBuild? {
    if let entry = queue.next(drivers: drivers) { return entry }
    waiters.append(Waiter(id: id, drivers: drivers))
    return nil
  }

  /// An agent waits no longer.
  mutating func leave(_ id: UInt64) { waiters.removeAll { $0.id == id } }

  /// A build comes. Returns the agent that gets a build now, and the build.
  mutating func add(_ entry: QueuedBuild) -> (waiter: UInt64, entry: QueuedBuild)? {
    queue.insert(entry)
    guard let index = waiters.firstIndex(where: { $0.drivers.contains(entry.driver) }),
      let next = queue.next(drivers: waiters[index].drivers)
    else { return nil }
    return (waiters.remove(at: index).id, next)
  }

  /// A build is not to be handed out any more.
  mutating func remove(_ id: BuildID) { queue.remove(id) }
}
