/// Starts programs.
public final class ProcessLauncher: Sendable {
  /// The one of this process.
  public static let shared = ProcessLauncher()

  private init() {}

  /// Starts a program in its own session and process group. It dies with this process.
  public func start(_ specification: ProcessSpecification) async throws -> RunningProcess {
    throw ProcessError("start", specification.executable, code: 38)
  }

  /// Runs a program to its end and collects at most `limit` bytes of each output; more is read and dropped.
  /// Cancelling the task kills it.
  public func run(_ specification: ProcessSpecification, limit: Int = 1 << 20) async throws -> ProcessResult {
    throw ProcessError("start", specification.executable, code: 38)
  }
}

/// How a program ended and what it wrote.
public struct ProcessResult: Sendable, Hashable {
  /// How it ended.
  public var exit: ProcessExit
  /// Standard output, with standard error where they are merged.
  public var output: [UInt8]
  /// Standard error where it is separate.
  public var errorOutput: [UInt8]
  /// True where one of them was longer than the limit.
  public var isTruncated: Bool
}
