internal import Concurrency

/// The body of a request that is written while it is sent. One task writes; what is written waits in memory until the
/// connection takes it, and the writer with it.
public final class HTTPClientUpload: Sendable {
  private struct State {
    var pending: [UInt8] = []
    /// How much of `pending` was taken.
    var taken = 0
    var isFinished = false
    var isUntouched = true
    /// The transfer is over; nobody takes anything any more.
    var isDetached = false
    /// There will be no more, and what was written is not all.
    var isAbandoned = false
    /// Tells the transfer to go on; set while it waits for bytes.
    var wake: (@Sendable () -> Void)?
    var isWaiting = false
    var writer: CheckedContinuation<Void, Never>?
  }
  private let state = Lock(State())

  /// A body without bytes so far.
  public init() {}

  /// Sends these bytes, and returns when they were taken; whether they arrive, the answer says. Throws
  /// `CancellationError` where the transfer is over already (its answer or error says why), or where the task is
  /// cancelled, which ends the transfer.
  public func write(_ bytes: [UInt8]) async throws {
    if bytes.isEmpty { return }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in offer(bytes, continuation) }
    } onCancel: {
      abandon()
    }
    let isTaken = state.withLock { $0.taken == $0.pending.count }
    guard isTaken else { throw CancellationError() }
  }

  private func offer(_ bytes: [UInt8], _ continuation: CheckedContinuation<Void, Never>) {
    let (isOver, wake) = state.withLock { state -> (Bool, (@Sendable () -> Void)?) in
      state.pending = bytes
      state.taken = 0
      if state.isDetached || state.isAbandoned { return (true, nil) }
      state.writer = continuation
      return (false, Self.takeWake(&state))
    }
    wake?()
    if isOver { continuation.resume() }
  }

  /// There will be no more, although something is missing: the transfer fails.
  public func abandon() {
    let (writer, wake) = state.withLock { state in
      state.isAbandoned = true
      return (Self.takeWriter(&state), Self.takeWake(&state))
    }
    writer?.resume()
    wake?()
  }

  /// There is no more.
  public func finish() {
    let wake = state.withLock { state in
      state.isFinished = true
      return Self.takeWake(&state)
    }
    wake?()
  }

  /// Called when bytes have come that the transfer waits for.
  func attach(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

  /// The transfer is over.
  func detach() {
    let writer = state.withLock { state in
      state.isDetached = true
      state.wake = nil
      return Self.takeWriter(&state)
    }
    writer?.resume()
  }

  /// True as long as nothing was taken.
  var isUntouched: Bool { state.withLock { $0.isUntouched } }

  func read(into target: UnsafeMutableRawBufferPointer) -> UploadReader.Reading {
    let (reading, writer) = state.withLock { state -> (UploadReader.Reading, CheckedContinuation<Void, Never>?) in
      if state.isAbandoned { return (.failed, nil) }
      let count = min(target.count, state.pending.count - state.taken)
      guard count > 0 else {
        if state.isFinished { return (.bytes(0), nil) }
        state.isWaiting = true
        return (.notYet, nil)
      }
      state.pending.withUnsafeBytes { source in
        target.copyBytes(from: UnsafeRawBufferPointer(rebasing: source[state.taken...].prefix(count)))
      }
      state.taken += count
      state.isUntouched = false
      return (.bytes(count), state.taken == state.pending.count ? Self.takeWriter(&state) : nil)
    }
    writer?.resume()
    return reading
  }

  private static func takeWake(_ state: inout State) -> (@Sendable () -> Void)? {
    defer { state.isWaiting = false }
    return state.isWaiting ? state.wake : nil
  }

  private static func takeWriter(_ state: inout State) -> CheckedContinuation<Void, Never>? {
    defer { state.writer = nil }
    return state.writer
  }
}
