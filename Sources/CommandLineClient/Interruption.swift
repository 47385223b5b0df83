internal import Concurrency
internal import Glibc

/// Lets Ctrl-C and TERM end a command in good order: what it has half done is removed first.
///
/// The program blocks both signals in all threads, so that the server can stop gracefully; without this a client's
/// command could not be interrupted at all.
enum Interruption {
  /// How long a command may take to clean up before the process ends anyway: it may be stuck in a write.
  static let graceSeconds = 1

  /// The command, with its handler and those of its subcommands made interruptible.
  static func allow(_ command: Command) -> Command {
    var command = command
    command.subcommands = command.subcommands.map(allow)
    let run = command.run
    command.run = { invocation, console in
      guard console.endsOnSignals else { return try await run(invocation, console) }
      let task = Task { try await run(invocation, console) }
      watch { task.cancel() }
      return try await task.value
    }
    return command
  }

  /// Calls `cancel` at the first signal; ends the process at the second one, or after the grace period.
  private static func watch(_ cancel: @escaping @Sendable () -> Void) {
    Thread.start(name: "signals") {
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGINT)
      sigaddset(&signals, SIGTERM)
      var number: Int32 = 0
      guard sigwait(&signals, &number) == 0 else { return }
      cancel()
      var grace = timespec(tv_sec: graceSeconds, tv_nsec: 0)
      sigtimedwait(&signals, nil, &grace)
      _exit(128 + number)
    }
  }
}
