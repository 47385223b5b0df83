/// Lets one task at a time do something about each key, in the order in which they came; different keys do not wait
/// for each other. What runs in a turn must not take another turn of the same key.
public final class KeyedTurns<Key: Hashable & Sendable>: Sendable {
  private struct Waiter {
    var id: UInt64
    /// Resumed with true for its turn, with false where it was cancelled before.
    var continuation: CheckedContinuation<Bool, Never>
  }
  private struct State {
    var next: UInt64 = 0
    /// Who waits for each key that somebody has.
    var waiting: [Key: [Waiter]] = [:]
  }
  private let state = Lock(State())

  /// Turns that nobody has taken.
  public init() {}

  /// Runs `body` when it is this task's turn. Not cut short by cancellation: what is begun is finished.
  public func withTurn<Result: Sendable>(of key: Key, _ body: () async throws -> Result) async rethrows -> Result {
    _ = await begin(key, id: newID(), mayGiveUp: false)
    defer { end(key) }
    return try await body()
  }

  /// Runs `body` when it is this task's turn; throws `CancellationError` where the task is cancelled before.
  public func withTurnUnlessCancelled<Result: Sendable>(
    of key: Key, _ body: () async throws -> Result
  ) async throws -> Result {
    let id = newID()
    let isOurs = await withTaskCancellationHandler {
      await begin(key, id: id, mayGiveUp: true)
    } onCancel: {
      giveUp(key, id)
    }
    guard isOurs else { throw CancellationError() }
    defer { end(key) }
    try Task.checkCancellation()
    return try await body()
  }

  private func newID() -> UInt64 {
    state.withLock { state in
      state.next += 1
      return state.next
    }
  }

  private func begin(_ key: Key, id: UInt64, mayGiveUp: Bool) async -> Bool {
    await withCheckedContinuation { continuation in
      let isOurs = state.withLock { state -> Bool? in
        guard state.waiting[key] != nil else {
          state.waiting[key] = []
          return true
        }
        // Under the lock: `giveUp` comes after it, and finds the waiter, or came before, and then this is true.
        if mayGiveUp && Task.isCancelled { return false }
        state.waiting[key]?.append(Waiter(id: id, continuation: continuation))
        return nil
      }
      if let isOurs { continuation.resume(returning: isOurs) }
    }
  }

  private func end(_ key: Key) {
    let next = state.withLock { state in
      guard state.waiting[key]?.isEmpty == false else {
        state.waiting[key] = nil
        return Waiter?.none
      }
      return state.waiting[key]?.removeFirst()
    }
    next?.continuation.resume(returning: true)
  }

  private func giveUp(_ key: Key, _ id: UInt64) {
    let waiter = state.withLock { state in
      state.waiting[key]?.firstIndex { $0.id == id }.flatMap { state.waiting[key]?.remove(at: $0) }
    }
    waiter?.continuation.resume(returning: false)
  }
}
