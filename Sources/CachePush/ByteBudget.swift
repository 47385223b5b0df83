internal import Concurrency

/// How many bytes may lie in memory at once. Threads for blocking work wait for their share, in the order in which they
/// came.
final class ByteBudget: Sendable {
  private struct Waiter {
    var count: Int
    var semaphore: Semaphore
  }
  private struct State {
    var available: Int
    var isClosed = false
    var waiting: [Waiter] = []
  }
  private let state: Lock<State>
  private let total: Int

  init(_ total: Int) {
    self.total = total
    state = Lock(State(available: total))
  }

  /// Blocks until `count` bytes are free, and takes them; more than there are is as much as there is. False where the
  /// budget was closed; then nothing was taken.
  func take(_ count: Int) -> Bool {
    let wanted = min(count, total)
    let semaphore: Semaphore? = state.withLock { state in
      if state.isClosed || (state.waiting.isEmpty && state.available >= wanted) {
        if !state.isClosed { state.available -= wanted }
        return nil
      }
      let waiter = Waiter(count: wanted, semaphore: Semaphore())
      state.waiting.append(waiter)
      return waiter.semaphore
    }
    semaphore?.wait()
    return state.withLock { !$0.isClosed }
  }

  /// Gives back what was taken.
  func giveBack(_ count: Int) {
    let served = state.withLock { state in
      state.available += min(count, total)
      var served: [Waiter] = []
      while let first = state.waiting.first, first.count <= state.available {
        state.available -= first.count
        served.append(state.waiting.removeFirst())
      }
      return served
    }
    for waiter in served { waiter.semaphore.signal() }
  }

  /// Nobody waits any more, now or later.
  func close() {
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.semaphore.signal() }
  }
}
