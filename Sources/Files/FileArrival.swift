internal import Concurrency

/// How much of a file has come that is read while it is written, so that whoever reads it need not wait for its end.
/// One thread reads; anybody may say how far the file has come.
public final class FileArrival: Sendable {
  private struct State {
    var count: Int64
    var isAbandoned = false
    var isWaiting = false
  }

  /// The rest is not coming, or not soon: whoever reads should begin anew once it is there.
  public struct Abandoned: Error, Sendable {}

  private let state: Lock<State>
  private let moved = Semaphore()

  /// A file of which `count` bytes are there.
  public init(_ count: Int64) { state = Lock(State(count: count)) }

  /// True once nobody may wait for more.
  public var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

  /// How many bytes are there.
  public var count: Int64 { state.withLock { $0.count } }

  /// So many bytes are there now.
  public func advance(to count: Int64) { change { $0.count = max($0.count, count) } }

  /// The rest is not coming soon.
  public func abandon() { change { $0.isAbandoned = true } }

  /// Returns once so many bytes are there. Blocks its thread. Throws `Abandoned` where they are not coming.
  public func wait(for count: Int64) throws(Abandoned) {
    while true {
      let (isThere, isAbandoned) = state.withLock { state in
        state.isWaiting = state.count < count && !state.isAbandoned
        return (state.count >= count, state.isAbandoned)
      }
      if isThere { return }
      if isAbandoned { throw Abandoned() }
      moved.wait()
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let isAwaited = state.withLock { state in
      body(&state)
      defer { state.isWaiting = false }
      return state.isWaiting
    }
    if isAwaited { moved.signal() }
  }
}
