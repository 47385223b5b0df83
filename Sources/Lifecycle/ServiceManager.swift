internal import CLinux
internal import Concurrency
internal import Glibc

/// The service manager that has started this process, as systemd, and what it is told: sd_notify(3).
public struct ServiceManager: Sendable {
  private let socket: String?

  /// The one that `environment` names in `NOTIFY_SOCKET`. Without one nothing is told to anybody.
  public init(environment: [String: String]) {
    socket = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
  }

  /// The program serves from now on.
  public func ready() { tell("READY=1") }

  /// The program was asked to stop, and may take `limit` for it whatever the manager's own patience is.
  public func stopping(within limit: Duration) {
    let microseconds = limit.components.seconds.multipliedReportingOverflow(by: 1_000_000)
    tell("STOPPING=1" + (microseconds.overflow ? "" : "\nEXTEND_TIMEOUT_USEC=\(microseconds.partialValue)"))
  }

  /// Whoever does not listen has no part in whether the program runs.
  private func tell(_ state: String) {
    if let socket { _ = wright_send_datagram(socket, state) }
  }
}
