internal import CLinux
internal import Glibc

/// A fixed set of threads for work that blocks (files, SQLite, hashing), so that it never holds a thread of Swift's
/// cooperative pool. Work is taken first-in, first-out.
///
/// `@unchecked Sendable`: the queue is only touched under `mutex`.
public final class BlockingThreads: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var pending: [@Sendable () -> Void] = []
  private var head = 0
  private var stopped = false

  /// Starts `count` threads; `name` (at most 15 bytes are shown) names them in `ps -L` and debuggers.
  public init(name: String, count: Int) {
    mutex = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
    for _ in 0..<max(1, count) { start(name) }
  }

  deinit {
    // Threads hold the object while they run, so the last reference goes only after `stop()` has ended them.
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` on one of the threads and returns what it returns.
  public func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      let queued = submit { continuation.resume(with: Swift.Result { try body() }) }
      if !queued { continuation.resume(throwing: CancellationError()) }
    }
  }

  /// Puts `work` on the queue. Returns false, without running it, once the threads were stopped.
  @discardableResult
  public func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if stopped { return false }
    pending.append(work)
    pthread_cond_signal(condition)
    return true
  }

  /// Ends the threads after the work already queued. Later work is refused.
  public func stop() {
    pthread_mutex_lock(mutex)
    stopped = true
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  private func start(_ name: String) {
    Thread.start(name: name) { self.work() }
  }

  private func work() {
    while let next = take() { next() }
  }

  private func take() -> (@Sendable () -> Void)? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while head == pending.count {
      if stopped { return nil }
      pthread_cond_wait(condition, mutex)
    }
    let next = pending[head]
    head += 1
    if head == pending.count {
      pending.removeAll(keepingCapacity: head <= 1024)
      head = 0
    } else if head >= 1024 {
      pending.removeFirst(head)
      head = 0
    }
    return next
  }
}
