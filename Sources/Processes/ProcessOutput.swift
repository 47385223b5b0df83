/// The reading end of a program's output. One task reads at a time.
public final class ProcessOutput: Sendable {
  /// The next bytes, at most 256 KiB; nil at the end. Bytes that nobody reads stay in the pipe and hold the program
  /// up. The end comes when every writer has closed the pipe, or when the program has ended and was killed with what
  /// it left behind, even if somebody still holds the pipe open.
  /// Throws `CancellationError` when the task is cancelled; nothing is lost then.
  public func read() async throws -> [UInt8]? { nil }
}
