/// A value that tasks change and wait for: `wait` returns once the value allows it, looked at under the lock and again
/// after every change, so that no change is missed.
public final class Monitored<State>: Sendable {
  private struct Guarded {
    var state: State
    var waiting: [CheckedContinuation<Void, Never>] = []
  }
  private let guarded: Lock<Guarded>

  /// Monitors `state`.
  public init(_ state: sending State) { guarded = Lock(Guarded(state: state)) }

  /// Changes the value; whoever waits looks at it again. For short sections.
  @discardableResult
  public func update<Result>(_ body: (inout State) -> Result) -> Result {
    let (result, waiting) = guarded.withLock { guarded in
      let result = body(&guarded.state)
      defer { guarded.waiting.removeAll() }
      return (result, guarded.waiting)
    }
    for continuation in waiting { continuation.resume() }
    return result
  }

  /// Looks at the value.
  public func read<Result>(_ body: (State) -> Result) -> Result { guarded.withLock { body($0.state) } }

  /// Waits until `body` returns something. It may change the value when it does; those who wait do not hear of that.
  /// Not cut short by cancellation: a change has to end the waiting.
  public func wait<Result>(_ body: (inout State) -> Result?) async -> Result {
    while true {
      if let result = guarded.withLock({ body(&$0.state) }) { return result }
      var result: Result?
      await withCheckedContinuation { continuation in
        let isOver = guarded.withLock { guarded in
          // Again, under the lock that the continuation is kept with: it may have changed meanwhile.
          result = body(&guarded.state)
          if result == nil { guarded.waiting.append(continuation) }
          return result != nil
        }
        if isOver { continuation.resume() }
      }
      if let result { return result }
    }
  }
}
