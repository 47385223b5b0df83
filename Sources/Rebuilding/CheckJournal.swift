internal import Concurrency
internal import Lifecycle
internal import Model
internal import Queue
internal import Store

/// Stores what came of checks: at once where something has changed, and otherwise many together, so that thousands of
/// repositories which stand still cost a few transactions a minute.
final class CheckJournal: Sendable {
  private struct Entry {
    var check: RepositoryCheck
    var owner: UserID
  }
  /// More than this many are stored without waiting.
  private static let batch = 500

  private let store: Store
  private let queue: any BuildQueue
  private let clock: any SchedulingClock
  private let delay: Duration
  private let log: Logger
  private let pending = Lock<[Entry]>([])
  private let filled = Wakeup()
  private let turns = KeyedTurns<Int>()

  init(store: Store, queue: any BuildQueue, clock: any SchedulingClock, delay: Duration, log: Logger) {
    self.store = store
    self.queue = queue
    self.clock = clock
    self.delay = delay
    self.log = log
  }

  /// Takes what came of a check. Where `now`, it is durable on return, and with it all that came before.
  func write(_ check: RepositoryCheck, owner: UserID, now: Bool) async throws {
    let count = pending.withLock { pending in
      pending.append(Entry(check: check, owner: owner))
      return pending.count
    }
    if now || count >= Self.batch { return try await flush() }
    if count == 1 { filled.signal() }
  }

  /// Stores what waits, whenever something has waited long enough. At the end stores the rest.
  func run() async throws {
    while !Task.isCancelled {
      await filled.wait()
      try? await clock.sleep(until: clock.uptime + delay)
      do { try await flush() } catch {
        log.warning("results of checks not stored, trying again", ["error": "\(error)"])
      }
    }
  }

  /// Stores all that waits; what cannot be stored waits on.
  private func flush() async throws {
    try await turns.withTurn(of: 0) {
      let taken = pending.withLock { pending in
        defer { pending = [] }
        return pending
      }
      if taken.isEmpty { return }
      do { try await store.record(taken.map(\.check)) } catch {
        pending.withLock { $0 = taken + $0 }
        filled.signal()
        throw error
      }
      for entry in taken { queue.announce(entry.check.repository, of: entry.owner) }
    }
  }
}
