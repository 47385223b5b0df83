internal import CLinux
internal import Concurrency
internal import Glibc

/// The signals that ask the program to stop.
///
/// They are caught by a handler that writes to a pipe. Blocking them and waiting with `sigwait` does not work here:
/// the main thread of a program with an asynchronous `main` ends up in libdispatch's `sigsuspend`, which unblocks all
/// signals again, and the kernel gives it a signal first, which then ends the process on the spot.
public enum Signals {
  private static let pipe = Lock<Int32>(-1)

  /// Catches TERM and INT from now on, and ignores PIPE. Call it first thing in the program.
  public static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    pipe.withLock { pipe in
      if pipe < 0 { pipe = wright_catch_signals([SIGTERM, SIGINT], 2) }
    }
  }

  /// The stop signals as they come, those since `prepare` included: the first asks for a graceful stop, the second
  /// for an immediate one. `prepare` must have been called. Call it once.
  public static func stops() -> AsyncStream<Int32> {
    let (stream, continuation) = AsyncStream<Int32>.makeStream()
    let descriptor = pipe.withLock { $0 }
    Thread.start(name: "signals") {
      var number: UInt8 = 0
      while true {
        let count = read(descriptor, &number, 1)
        if count == 1 { continuation.yield(Int32(number)) }
        if count == 0 || (count < 0 && errno != EINTR) { return }
      }
    }
    return stream
  }
}
