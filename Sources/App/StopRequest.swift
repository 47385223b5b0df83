import Concurrency
import Glibc
import Lifecycle

/// Waits for the signal that asks the program to stop.
struct StopRequest: Sendable {
  var log: Logger

  /// Returns at the first signal. From then on a second one ends the process at once.
  func wait() async {
    let signals = Signals.stops()
    var iterator = signals.makeAsyncIterator()
    guard let first = await iterator.next() else { return }
    log.info("stopping", ["signal": first == SIGINT ? "INT" : "TERM"])
    Task.detached {
      for await second in signals { _exit(128 + second) }
    }
  }
}

/// For services that only have to be stopped.
enum Forever {
  /// Returns when the task is cancelled.
  static func wait() async { await Wakeup().wait() }
}
