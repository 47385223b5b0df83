internal import Concurrency
internal import Glibc

/// Ends what a session waits for, from any thread: the session's connection is lost then, at once.
public final class PostgreSQLInterruption: Sendable {
  private struct State {
    var socket: Int32 = -1
    var isInterrupted = false
  }
  private let state = Lock(State())

  /// For sessions that are given it, one after the other.
  public init() {}

  /// Ends the present session's connection, and that of each session that is made with it later.
  public func interrupt() {
    state.withLock { state in
      state.isInterrupted = true
      if state.socket >= 0 { shutdown(state.socket, Int32(SHUT_RDWR)) }
    }
  }

  /// True from the interruption on.
  public var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  func attach(_ socket: Int32) {
    state.withLock { state in
      state.socket = socket
      if state.isInterrupted { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  /// Lets the present session be: nothing ends it from here on.
  public func detach() { state.withLock { $0.socket = -1 } }
}
