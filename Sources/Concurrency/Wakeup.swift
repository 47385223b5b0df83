/// A coalescing signal between one waiting task and any number of signalling ones: signals that arrive while nobody
/// waits are remembered as one.
public final class Wakeup: Sendable {
  private struct State {
    var signalled = false
    var next: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }
  private let state = Lock(State())

  /// A wake-up with no signal pending.
  public init() {}

  /// Wakes all waiting tasks, or the next one to wait.
  public func signal() {
    let woken = state.withLock { state in
      state.signalled = state.waiting.isEmpty
      defer { state.waiting.removeAll() }
      return Array(state.waiting.values)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Returns at the next signal, at once where one is pending, or when the task is cancelled.
  public func wait() async {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now = state.withLock { state in
          if state.signalled || Task.isCancelled {
            state.signalled = false
            return true
          }
          state.waiting[id] = continuation
          return false
        }
        if now { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
  }
}
