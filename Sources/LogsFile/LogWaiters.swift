internal import Concurrency
internal import Logs
internal import Model

/// Tasks that wait for a log to change, woken by the change itself.
///
/// A waiter registers, then looks at the log, then waits: a change between looking and waiting is remembered.
final class LogWaiters: Sendable {
  fileprivate enum Waiter {
    case registered(beyond: Int64)
    case waiting(beyond: Int64, CheckedContinuation<LogState, any Error>)
    case changed(LogState)
  }
  fileprivate struct State {
    var jobs: [JobID: [UInt64: Waiter]] = [:]
    var next: UInt64 = 0
  }
  private let state = Lock(State())

  /// Names a registered waiter.
  struct Ticket: Sendable {
    fileprivate let job: JobID
    fileprivate let number: UInt64
  }

  /// Remembers changes of the log beyond `size` from now on.
  func register(_ job: JobID, beyond size: Int64) -> Ticket {
    state.withLock { state in
      state.next += 1
      state.jobs[job, default: [:]][state.next] = .registered(beyond: size)
      return Ticket(job: job, number: state.next)
    }
  }

  /// Forgets the waiter. One that is waiting throws `CancellationError`.
  func cancel(_ ticket: Ticket) {
    let waiter = state.withLock { $0.remove(ticket) }
    if case .waiting(_, let continuation) = waiter { continuation.resume(throwing: CancellationError()) }
  }

  /// Returns the state after the change, and forgets the waiter.
  func wait(_ ticket: Ticket) async throws -> LogState {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result: Result<LogState, any Error>? = state.withLock { state in
          switch state.jobs[ticket.job]?[ticket.number] {
          case .registered(let size) where !Task.isCancelled:
            state.jobs[ticket.job]?[ticket.number] = .waiting(beyond: size, continuation)
            return nil
          case .changed(let now):
            _ = state.remove(ticket)
            return .success(now)
          default:
            _ = state.remove(ticket)
            return .failure(CancellationError())
          }
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      cancel(ticket)
    }
  }

  /// Wakes those who wait for less than what there is now.
  func changed(_ job: JobID, _ now: LogState) {
    let woken = state.withLock { state in state.wake(job, now) }
    for continuation in woken { continuation.resume(returning: now) }
  }

  /// Registered and waiting tasks of all logs.
  var count: Int { state.withLock { $0.jobs.values.reduce(0) { $0 + $1.count } } }
}

extension LogWaiters.State {
  fileprivate mutating func remove(_ ticket: LogWaiters.Ticket) -> LogWaiters.Waiter? {
    let waiter = jobs[ticket.job]?.removeValue(forKey: ticket.number)
    if jobs[ticket.job]?.isEmpty == true { jobs[ticket.job] = nil }
    return waiter
  }

  fileprivate mutating func wake(_ job: JobID, _ now: LogState) -> [CheckedContinuation<LogState, any Error>] {
    var woken: [CheckedContinuation<LogState, any Error>] = []
    guard let waiters = jobs[job] else { return woken }
    var left: [UInt64: LogWaiters.Waiter] = [:]
    for (number, waiter) in waiters {
      switch waiter {
      case .registered(let size) where now.ended || now.size > size: left[number] = .changed(now)
      case .waiting(let size, let continuation) where now.ended || now.size > size: woken.append(continuation)
      default: left[number] = waiter
      }
    }
    jobs[job] = left.isEmpty ? nil : left
    return woken
  }
}
