/// A value that tasks change and wait for. After each change those who wait are asked, in the order in which they came,
/// whether the value lets them through; nobody else is woken, and no change is missed.
public final class Monitored<State>: Sendable {
  private struct Guarded {
    var state: State
    /// Each tries to get through, and tells its task to go on where it does.
    var waiting: [(inout State) -> Bool] = []
  }
  private let guarded: Lock<Guarded>

  /// Monitors `state`.
  public init(_ state: sending State) { guarded = Lock(Guarded(state: state)) }

  /// Changes the value. For short sections; must not use the monitor again.
  @discardableResult
  public func update<Result>(_ body: (inout State) -> Result) -> Result {
    guarded.withLock { guarded in
      let result = body(&guarded.state)
      guarded.waiting.removeAll { $0(&guarded.state) }
      return result
    }
  }

  /// Looks at the value.
  public func read<Result>(_ body: (State) -> Result) -> Result { guarded.withLock { body($0.state) } }

  /// Waits until `body` returns something. It may change the value when it does: of what there is once, only one of those
  /// who wait gets hold. Not cut short by cancellation: a change has to end the waiting.
  public func wait<Result: Sendable>(_ body: @escaping @Sendable (inout State) -> Result?) async -> Result {
    await withCheckedContinuation { continuation in
      guarded.withLock { guarded in
        let attempt = { (state: inout State) -> Bool in
          guard let result = body(&state) else { return false }
          // Only makes the task ready; it goes on elsewhere.
          continuation.resume(returning: result)
          return true
        }
        if !attempt(&guarded.state) { guarded.waiting.append(attempt) }
      }
    }
  }
}
