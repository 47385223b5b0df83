internal import Concurrency
public import Planning

/// Asks a running build to end: once, from any task. The first reason counts.
public final class StopSignal: Sendable {
  private struct State {
    var reason: ExecutionStop?
    var next: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
  }
  private let state = Lock(State())

  /// A signal that was not given yet.
  public init() {}

  /// Asks for the end.
  public func request(_ reason: ExecutionStop) {
    let woken = state.withLock { state in
      if state.reason == nil { state.reason = reason }
      defer { state.waiting.removeAll() }
      return Array(state.waiting.values)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Why the build has to end; nil where it has not.
  public var current: ExecutionStop? { state.withLock { $0.reason } }

  /// Waits for the request; nil where the task was cancelled before it.
  func wait() async -> ExecutionStop? {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now = state.withLock { state in
          if state.reason != nil || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if now { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
    return current
  }

  /// Waits for the request for at most `limit`.
  func wait(atMost limit: Duration) async {
    let waiting = Task { _ = await wait() }
    let timer = Task {
      try? await Task.sleep(for: limit)
      waiting.cancel()
    }
    await withTaskCancellationHandler {
      await waiting.value
    } onCancel: {
      waiting.cancel()
    }
    timer.cancel()
  }
}
