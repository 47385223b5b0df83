internal import Glibc

/// Counts what is available between threads for blocking work: `wait` blocks its thread, so tasks must not use it.
///
/// `@unchecked Sendable`: `sem_t` is made for use from several threads; its memory lives as long as the object.
public final class Semaphore: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  /// A semaphore with `count` available.
  public init(_ count: Int = 0) {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, UInt32(clamping: count))
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Makes one more available.
  public func signal() { sem_post(semaphore) }

  /// Blocks until one is available, and takes it.
  public func wait() {
    while sem_wait(semaphore) != 0 && errno == EINTR {}
  }
}
