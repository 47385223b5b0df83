internal import CLinux
internal import Concurrency
internal import Glibc

/// The one thread that waits for descriptors to become readable.
///
/// Every registration is one-shot: it must be armed again for the next event, so a descriptor that nobody reads costs
/// nothing. `epoll_ctl` works while the thread waits, so nothing has to wake it.
final class EventThread: Sendable {
  static let shared = EventThread()

  private struct State {
    var next: UInt64 = 1
    var handlers: [UInt64: @Sendable () -> Void] = [:]
  }
  private let epoll: Int32
  private let state = Lock(State())

  private init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard epoll >= 0 else { fatalError("cannot make an epoll descriptor: \(String(cString: strerror(errno)))") }
    Thread.start(name: "processes") { [self] in
      while true { serve() }
    }
  }

  /// Calls `handler` on the event thread at the next moment that `descriptor` is readable or hung up.
  func watch(_ descriptor: Int32, _ handler: @escaping @Sendable () -> Void) throws(ProcessError) -> UInt64 {
    let token = state.withLock { state in
      let token = state.next
      state.next += 1
      state.handlers[token] = handler
      return token
    }
    guard control(EPOLL_CTL_ADD, descriptor, token) else {
      state.withLock { $0.handlers[token] = nil }
      throw ProcessError("watch", "descriptor \(descriptor)")
    }
    return token
  }

  /// Arms a registration again.
  func rearm(_ descriptor: Int32, _ token: UInt64) throws(ProcessError) {
    guard control(EPOLL_CTL_MOD, descriptor, token) else { throw ProcessError("watch", "descriptor \(descriptor)") }
  }

  /// Ends a registration. Call it before the descriptor is closed: a copy of it, in a process that is just being
  /// started, would keep the registration alive.
  func forget(_ descriptor: Int32, _ token: UInt64) {
    _ = control(EPOLL_CTL_DEL, descriptor, token)
    state.withLock { $0.handlers[token] = nil }
  }

  private func control(_ operation: Int32, _ descriptor: Int32, _ token: UInt64) -> Bool {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | EPOLLONESHOT.rawValue
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
