internal import Concurrency

/// The thread that waits for programs to end and for their output, with this module's errors.
struct EventThread: Sendable {
  static let shared = EventThread()

  /// Calls `handler` on the event thread at the next moment that `descriptor` is readable or hung up.
  func watch(_ descriptor: Int32, _ handler: @escaping @Sendable () -> Void) throws(ProcessError) -> UInt64 {
    guard let token = DescriptorEvents.shared.watch(descriptor, .read, handler) else {
      throw ProcessError("watch", "descriptor \(descriptor)")
    }
    return token
  }

  /// Arms a registration again.
  func rearm(_ descriptor: Int32, _ token: UInt64) throws(ProcessError) {
    guard DescriptorEvents.shared.rearm(descriptor, token) else {
      throw ProcessError("watch", "descriptor \(descriptor)")
    }
  }

  /// Ends a registration; before the descriptor is closed.
  func forget(_ descriptor: Int32, _ token: UInt64) { DescriptorEvents.shared.forget(descriptor, token) }
}
