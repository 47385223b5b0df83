internal import Concurrency

/// Carries bytes from one producer to `send`, gathered so that a job that prints line by line does not cost a write
/// for each: the first bytes go at once, later ones wait for at most `delay` after the last sending or until `size`
/// bytes are there. At most about twice `size` is held; then the producer waits. Idle, nothing runs.
final class OutputGatherer: Sendable {
  typealias Send = @Sendable (_ bytes: [UInt8], _ firstAt: ContinuousClock.Instant) async throws -> Void

  private struct State {
    var bytes: [UInt8] = []
    var firstAt = ContinuousClock.now
    var isClosed = false
    var failure: (any Error)?
  }

  static let size = 256 << 10
  static let delay = Duration.milliseconds(20)

  private let state = Lock(State())
  private let filled = Wakeup()
  private let emptied = Wakeup()
  private let sender: Lock<Task<Void, Never>?> = Lock(nil)

  init(_ send: @escaping Send) {
    let task = Task { await self.run(send) }
    sender.withLock { $0 = task }
  }

  /// Takes `bytes`; suspends while too many are waiting. After a failure of `send` they are dropped: `close` tells.
  func write(_ bytes: [UInt8]) async throws {
    if bytes.isEmpty { return }
    while isFull {
      // A cancelled task is not made to wait, so it must not ask again either.
      try Task.checkCancellation()
      await emptied.wait()
    }
    let wake = state.withLock { state in
      if state.failure != nil { return false }
      if state.bytes.isEmpty { state.firstAt = .now }
      let before = state.bytes.count
      if before == 0 { state.bytes = bytes } else { state.bytes.append(contentsOf: bytes) }
      return before == 0 || before < Self.size && state.bytes.count >= Self.size
    }
    if wake { filled.signal() }
  }

  /// Sends what is left and returns when it has arrived. Throws what `send` threw.
  func close() async throws {
    state.withLock { $0.isClosed = true }
    filled.signal()
    await sender.withLock { $0 }?.value
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  private var isFull: Bool { state.withLock { $0.bytes.count >= Self.size && $0.failure == nil } }

  private func run(_ send: Send) async {
    var lastSent: ContinuousClock.Instant?
    while true {
      await filled.wait()
      if let lastSent { await gather(until: lastSent + Self.delay) }
      let (bytes, firstAt, isClosed) = state.withLock { state in
        defer { state.bytes = [] }
        return (state.bytes, state.firstAt, state.isClosed)
      }
      if !bytes.isEmpty {
        do {
          try await send(bytes, firstAt)
        } catch {
          state.withLock {
            $0.failure = error
            $0.bytes = []
          }
          emptied.signal()
          return
        }
        lastSent = .now
        emptied.signal()
      } else if isClosed {
        return
      }
      if isClosed { filled.signal() }
    }
  }

  /// Returns at `deadline`, or when there is enough to send, or no more to come.
  private func gather(until deadline: ContinuousClock.Instant) async {
    guard ContinuousClock.now < deadline, !isReady else { return }
    let timer = Task {
      try await Task.sleep(until: deadline, clock: .continuous)
      filled.signal()
    }
    defer { timer.cancel() }
    while ContinuousClock.now < deadline && !isReady { await filled.wait() }
  }

  private var isReady: Bool { state.withLock { $0.isClosed || $0.bytes.count >= Self.size } }
}
