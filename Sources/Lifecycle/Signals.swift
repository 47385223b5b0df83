internal import Concurrency
internal import Glibc

/// The signals that ask the program to stop.
public enum Signals {
  /// Blocks TERM and INT for the calling thread and all that it starts from now on, and ignores PIPE. Call it first
  /// thing in the program, before another thread exists; otherwise a signal may end the process on the spot.
  public static func prepare() {
    var set = stopSignals()
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// The stop signals as they come: the first asks for a graceful stop, the second for an immediate one.
  /// `prepare` must have been called. Call it once.
  public static func stops() -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream<Int32>.makeStream()
    Thread.start(name: "signals") {
      while true {
        var set = stopSignals()
        var number: Int32 = 0
        if sigwait(&set, &number) == 0 { continuation.yield(number) }
      }
    }
    return stream
  }

  private static func stopSignals() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    return set
  }
}
