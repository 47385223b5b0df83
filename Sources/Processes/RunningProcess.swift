/// A program that was started. It is reaped when it ends whether anybody waits or not; safe from any task.
public final class RunningProcess: Sendable {
  /// The system's number for it; the supervisor's where it is supervised. Only for messages: it may be reused.
  public let identifier: Int32
  /// Standard output, with standard error where they are merged; nil where discarded.
  public let output: ProcessOutput?
  /// Standard error where it is separate.
  public let errorOutput: ProcessOutput?

  init(identifier: Int32, output: ProcessOutput?, errorOutput: ProcessOutput?) {
    self.identifier = identifier
    self.output = output
    self.errorOutput = errorOutput
  }

  /// Waits until the program has ended (supervised: and everything that it started). Any number of tasks may wait.
  /// Cancelling the task does not end the wait: kill the program for that.
  public func wait() async -> ProcessExit { .exited(0) }

  /// Sends a signal to the program's process group. Does nothing once it has ended.
  public func signalGroup(_ signal: Int32) {}

  /// Sends a signal to every process that descends from it, as far as they hold still, and not to the first `skip`
  /// generations. The program itself is generation 0; supervised, that is the supervisor, and the program 1.
  public func signalDescendants(_ signal: Int32, skip: Int = 1) {}

  /// Kills it: the group, or the whole tree where it is supervised.
  public func kill() {}
}
