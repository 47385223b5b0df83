/// Lets one task at a time do something about each key, in the order in which they came; different keys do not wait
/// for each other. What runs in a turn must not take another turn of the same key.
public final class KeyedTurns<Key: Hashable & Sendable>: Sendable {
  private let waiting = Lock<[Key: [CheckedContinuation<Void, Never>]]>([:])

  /// Turns that nobody has taken.
  public init() {}

  /// Runs `body` when it is this task's turn. Not cut short by cancellation: what is begun is finished.
  public func withTurn<Result: Sendable>(of key: Key, _ body: () async throws -> Result) async rethrows -> Result {
    await begin(key)
    defer { end(key) }
    return try await body()
  }

  private func begin(_ key: Key) async {
    await withCheckedContinuation { continuation in
      let isFree = waiting.withLock { waiting in
        guard waiting[key] != nil else {
          waiting[key] = []
          return true
        }
        waiting[key]?.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  private func end(_ key: Key) {
    let next = waiting.withLock { waiting in
      guard waiting[key]?.isEmpty == false else {
        waiting[key] = nil
        return CheckedContinuation<Void, Never>?.none
      }
      return waiting[key]?.removeFirst()
    }
    next?.resume()
  }
}
