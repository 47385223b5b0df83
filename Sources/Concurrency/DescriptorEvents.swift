internal import CLinux
internal import Glibc

/// The one thread of the process that waits for descriptors to become ready.
///
/// Every registration is one-shot: it must be armed again for the next event, so a descriptor that nobody waits for
/// costs nothing. `epoll_ctl` works while the thread waits, so nothing has to wake it. Errors are those of `errno`.
public final class DescriptorEvents: Sendable {
  /// For all of the process.
  public static let shared = DescriptorEvents()

  /// What to wait for. A hang-up and an error are always told, too.
  public struct Interest: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// Interests by their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Something can be read.
    public static let read = Interest(rawValue: 1)
    /// Something can be written.
    public static let write = Interest(rawValue: 2)

    fileprivate var events: UInt32 {
      (contains(.read) ? EPOLLIN.rawValue : 0) | (contains(.write) ? EPOLLOUT.rawValue : 0) | EPOLLONESHOT.rawValue
    }
  }

  private struct State {
    var next: UInt64 = 1
    var handlers: [UInt64: @Sendable () -> Void] = [:]
  }
  private let epoll: Int32
  private let state = Lock(State())

  private init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    // Without it nothing that is waited for is ever seen; this happens only at a limit of descriptors, at first use.
    guard epoll >= 0 else { fatalError("cannot make an epoll descriptor: \(String(cString: strerror(errno)))") }
    Thread.start(name: "descriptors") { [self] in
      while true { serve() }
    }
  }

  /// Calls `handler` on the thread at the next moment that `descriptor` is ready. Returns the registration, or nil with
  /// `errno`.
  public func watch(
    _ descriptor: Int32, _ interest: Interest = .read, _ handler: @escaping @Sendable () -> Void
  ) -> UInt64? {
    let token = state.withLock { state in
      let token = state.next
      state.next += 1
      state.handlers[token] = handler
      return token
    }
    guard control(EPOLL_CTL_ADD, descriptor, token, interest) else {
      let code = errno
      state.withLock { $0.handlers[token] = nil }
      errno = code
      return nil
    }
    return token
  }

  /// Arms a registration again. False with `errno`.
  public func rearm(_ descriptor: Int32, _ token: UInt64, _ interest: Interest = .read) -> Bool {
    control(EPOLL_CTL_MOD, descriptor, token, interest)
  }

  /// Ends a registration. Call it before the descriptor is closed: a copy of it, in a process that is just being
  /// started, would keep the registration alive.
  public func forget(_ descriptor: Int32, _ token: UInt64) {
    _ = control(EPOLL_CTL_DEL, descriptor, token, .read)
    state.withLock { $0.handlers[token] = nil }
  }

  private func control(_ operation: Int32, _ descriptor: Int32, _ token: UInt64, _ interest: Interest) -> Bool {
    var event = epoll_event()
    event.events = interest.events
    event.data.u64 = token
    return epoll_ctl(epoll, operation, descriptor, &event) == 0
  }

  private func serve() {
    let capacity = 64
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: capacity) { events in
      let count = epoll_wait(epoll, events.baseAddress, Int32(capacity), -1)
      for index in 0..<max(0, Int(count)) {
        let token = events[index].data.u64
        state.withLock { $0.handlers[token] }?()
      }
    }
  }
}
