internal import CLinux
internal import Glibc

/// A mutual-exclusion lock around a value, for short sections that never suspend.
///
/// `Synchronization.Mutex` would do, but ThreadSanitizer reports false races through it on Linux.
///
/// `@unchecked Sendable`: `state` is only ever touched between `pthread_mutex_lock` and `pthread_mutex_unlock`.
public final class Lock<State>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var state: State

  /// A lock around `state`.
  public init(_ state: sending State) {
    self.state = state
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with exclusive access to the value. Not recursive: locking twice on one thread deadlocks.
  public func withLock<Result, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state)
  }
}
