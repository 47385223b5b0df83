internal import CMicrohttpd
internal import Concurrency
internal import Glibc

/// A connection that has left HTTP for another protocol: bytes in both directions, until it is closed.
///
/// One task reads and one writes at a time; any may close.
///
/// `@unchecked Sendable`: everything mutable is in `state`. `handle` is the library's and is used once, under the lock,
/// to close.
public final class UpgradedConnection: @unchecked Sendable {
  private struct State {
    /// -1 once it is closed.
    var descriptor: Int32
    var token: UInt64?
    /// What came with the request's head.
    var early: [UInt8]
    var reader: CheckedContinuation<Void, Never>?
    var writer: CheckedContinuation<Void, Never>?
  }
  private enum Side { case reading, writing }

  /// The most that one read returns, in bytes.
  public static let readLimit = 64 * 1024

  private let state: Lock<State>
  private let handle: OpaquePointer

  init(socket: Int32, early: [UInt8], handle: OpaquePointer) {
    state = Lock(State(descriptor: socket, early: early))
    self.handle = handle
    wright_send_at_once(socket)
  }

  /// The next bytes; empty once the peer sends no more. Throws `HTTPBodyError.disconnected` when the connection is
  /// closed or broken, and `CancellationError` when the task is cancelled while it waits.
  public func read() async throws -> [UInt8] {
    while true {
      if let bytes = try state.withLock(attemptRead) { return bytes }
      try await wait(.reading)
    }
  }

  /// Sends all of `bytes`; suspends while the peer is slower. Throws as `read` does; how much was sent is not known
  /// then. `progress` is called
  /// whenever the peer has taken something after it had held us up.
  public func write(_ bytes: [UInt8], progress: @Sendable () -> Void = {}) async throws {
    var sent = 0
    var wasHeldUp = false
    while sent < bytes.count {
      if let count = try state.withLock({ try attemptWrite(bytes[sent...], $0) }) {
        sent += count
        if wasHeldUp { progress() }
      } else {
        wasHeldUp = true
        try await wait(.writing)
      }
    }
  }

  /// Tells the peer that no more will come; it may still be read from.
  public func endWriting() {
    state.withLock { state in
      if state.descriptor >= 0 { _ = shutdown(state.descriptor, Int32(SHUT_WR)) }
    }
  }

  /// Ends the connection in both directions. Twice is fine.
  public func close() {
    let (reader, writer) = state.withLock { state in
      if state.descriptor >= 0 {
        if let token = state.token { DescriptorEvents.shared.forget(state.descriptor, token) }
        state.descriptor = -1
        state.early = []
        // The library sends the end and closes the socket; it does not wait for what the peer may still send.
        wright_mhd_close_upgraded(handle)
      }
      return Self.takeWaiting(&state)
    }
    reader?.resume()
    writer?.resume()
  }

  private func attemptRead(_ state: inout State) throws -> [UInt8]? {
    if !state.early.isEmpty {
      defer { state.early = [] }
      return state.early
    }
    guard state.descriptor >= 0 else { throw HTTPBodyError.disconnected }
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.readLimit) { buffer, count in
      let result = recv(state.descriptor, buffer.baseAddress, Self.readLimit, 0)
      if result < 0 { code = errno }
      count = max(0, result)
    }
    if code == EAGAIN || code == EINTR { return nil }
    guard code == 0 else { throw HTTPBodyError.disconnected }
    return bytes
  }

  private func attemptWrite(_ bytes: ArraySlice<UInt8>, _ state: State) throws -> Int? {
    guard state.descriptor >= 0 else { throw HTTPBodyError.disconnected }
    let result = bytes.withUnsafeBytes { send(state.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    if result >= 0 { return result }
    if errno == EAGAIN || errno == EINTR { return nil }
    throw HTTPBodyError.disconnected
  }

  /// Waits until it may be worth another attempt.
  private func wait(_ side: Side) async throws {
    try Task.checkCancellation()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.descriptor < 0 || Task.isCancelled { return true }
          if side == .reading { state.reader = continuation } else { state.writer = continuation }
          if arm(&state) { return false }
          if side == .reading { state.reader = nil } else { state.writer = nil }
          return true
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
    try Task.checkCancellation()
  }

  private func arm(_ state: inout State) -> Bool {
    var interest: DescriptorEvents.Interest = []
    if state.reader != nil { interest.insert(.read) }
    if state.writer != nil { interest.insert(.write) }
    if let token = state.token { return DescriptorEvents.shared.rearm(state.descriptor, token, interest) }
    state.token = DescriptorEvents.shared.watch(state.descriptor, interest) { [weak self] in self?.wake() }
    return state.token != nil
  }

  /// Lets whoever waits try again.
  private func wake() {
    let (reader, writer) = state.withLock(Self.takeWaiting)
    reader?.resume()
    writer?.resume()
  }

  private static func takeWaiting(
    _ state: inout State
  ) -> (CheckedContinuation<Void, Never>?, CheckedContinuation<Void, Never>?) {
    defer {
      state.reader = nil
      state.writer = nil
    }
    return (state.reader, state.writer)
  }
}
