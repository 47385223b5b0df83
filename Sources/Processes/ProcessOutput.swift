internal import CLinux
internal import Concurrency
internal import Glibc

/// The reading end of a program's output. One task reads at a time.
public final class ProcessOutput: Sendable {
  /// The most that one read returns, in bytes.
  public static let readLimit = 256 * 1024

  private struct State {
    /// -1 once the end was reached.
    var descriptor: Int32
    var token: UInt64?
    var waiting: CheckedContinuation<Void, any Error>?
    /// Set when the program has ended: how many bytes of the pipe are still its output.
    var remaining: Int?
  }
  private enum Attempt {
    case bytes([UInt8])
    case nothingYet
    case end
  }
  private let state: Lock<State>
  private let program: String

  /// Takes ownership of the reading end of a pipe that does not block.
  init(owning descriptor: Int32, program: String) {
    state = Lock(State(descriptor: descriptor))
    self.program = program
  }

  deinit { state.withLock(Self.close) }

  /// The next bytes, at most `readLimit`; nil at the end. Bytes that nobody reads stay in the pipe and hold the program
  /// up. The end comes when every writer has closed the pipe, or when the program has ended and was killed with what
  /// it left behind, even if somebody still holds the pipe open.
  /// Throws `CancellationError` when the task is cancelled; nothing is lost then.
  public func read() async throws -> [UInt8]? {
    while true {
      try Task.checkCancellation()
      switch try state.withLock(attempt) {
      case .bytes(let bytes): return bytes
      case .end: return nil
      case .nothingYet: try await waitUntilReadable()
      }
    }
  }

  /// The program has ended: what is in the pipe now is the rest.
  func programEnded() {
    let waiting = state.withLock { state in
      state.remaining = state.descriptor >= 0 ? Int(wright_readable_bytes(state.descriptor)) : 0
      return Self.takeWaiting(&state)
    }
    waiting?.resume()
  }

  private func attempt(_ state: inout State) throws -> Attempt {
    guard state.descriptor >= 0 else { return .end }
    if state.remaining == 0 {
      Self.close(&state)
      return .end
    }
    // Sized to what is there, so that a line does not cost 256 KiB.
    let wanted = min(
      max(Int(wright_readable_bytes(state.descriptor)), 512), Self.readLimit, state.remaining ?? Self.readLimit)
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
      let result = Glibc.read(state.descriptor, buffer.baseAddress, wanted)
      if result < 0 { failure = errno }
      count = max(0, result)
    }
    if failure == EAGAIN || failure == EINTR {
      if state.remaining == nil { return .nothingYet }
      Self.close(&state)
      return .end
    }
    guard failure == 0 else { throw ProcessError("read the output of", program, code: failure) }
    if bytes.isEmpty {
      Self.close(&state)
      return .end
    }
    if let remaining = state.remaining { state.remaining = remaining - bytes.count }
    return .bytes(bytes)
  }

  private func waitUntilReadable() async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result: Result<Bool, any Error> = state.withLock { state in
          // Either may have come between the attempt and this moment.
          if state.remaining != nil || Task.isCancelled { return .success(true) }
          return Result {
            try arm(&state)
            state.waiting = continuation
            return false
          }
        }
        switch result {
        case .success(true): continuation.resume()
        case .success(false): break
        case .failure(let error): continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      wake()
    }
  }

  private func arm(_ state: inout State) throws(ProcessError) {
    if let token = state.token {
      try EventThread.shared.rearm(state.descriptor, token)
    } else {
      state.token = try EventThread.shared.watch(state.descriptor) { [weak self] in self?.wake() }
    }
  }

  private func wake() { state.withLock(Self.takeWaiting)?.resume() }

  private static func takeWaiting(_ state: inout State) -> CheckedContinuation<Void, any Error>? {
    defer { state.waiting = nil }
    return state.waiting
  }

  private static func close(_ state: inout State) {
    guard state.descriptor >= 0 else { return }
    if let token = state.token { EventThread.shared.forget(state.descriptor, token) }
    Glibc.close(state.descriptor)
    state.descriptor = -1
  }
}
