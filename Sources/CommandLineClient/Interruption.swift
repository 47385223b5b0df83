internal import Glibc
internal import Lifecycle

/// Lets Ctrl-C and TERM end a command in good order: what it has half done is removed first.
///
/// The program catches both signals, so that the server can stop gracefully; without this a client's command could
/// not be interrupted at all.
enum Interruption {
  /// How long a command may take to clean up before the process ends anyway: it may be stuck in a write.
  static let grace = Duration.seconds(1)

  /// The command, with its handler and those of its subcommands made interruptible.
  static func allow(_ command: Command) -> Command {
    var command = command
    command.subcommands = command.subcommands.map(allow)
    let run = command.run
    command.run = { invocation, console in
      guard console.endsOnSignals else { return try await run(invocation, console) }
      let task = Task { try await run(invocation, console) }
      watch { task.cancel() }
      do {
        return try await task.value
      } catch  where task.isCancelled {
        throw CancellationError()
      }
    }
    return command
  }

  /// Calls `cancel` at the first signal; ends the process at the second one, or after the grace period.
  private static func watch(_ cancel: @escaping @Sendable () -> Void) {
    Task.detached {
      var isFirst = true
      for await number in Signals.stops() {
        guard isFirst else { _exit(128 + number) }
        isFirst = false
        cancel()
        Task.detached {
          try? await Task.sleep(for: grace)
          _exit(128 + number)
        }
      }
    }
  }
}
