import Concurrency
public import Model
public import Queue

/// A clock that stands still until a test moves it.
public final class ManualClock: SchedulingClock {
  private struct State {
    var elapsed: Duration = .zero
    var next: UInt64 = 0
    var sleepers: [UInt64: (until: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
  }
  private let state = Lock(State())
  /// The time of day at the beginning.
  public static let start = Timestamp(milliseconds: 1_800_000_000_000)

  /// A clock that stands at its beginning.
  public init() {}

  /// The time of day.
  public var now: Timestamp { Self.start + uptime }
  /// Time since the beginning.
  public var uptime: Duration { state.withLock { $0.elapsed } }

  /// Moves the time on and wakes who has slept until then.
  public func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.elapsed += duration
      let due = state.sleepers.filter { $0.value.until <= state.elapsed }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Sleeps until the clock is moved that far.
  public func sleep(until uptime: Duration) async throws {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let now = state.withLock { state -> Result<Void, any Error>? in
          if Task.isCancelled { return .failure(CancellationError()) }
          if uptime <= state.elapsed { return .success(()) }
          state.sleepers[id] = (uptime, continuation)
          return nil
        }
        if let now { continuation.resume(with: now) }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }
  }
}
