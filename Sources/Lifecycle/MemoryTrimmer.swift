internal import CLinux

/// Gives memory that is free back to the system, once a minute. The C library keeps what thousands of short-lived
/// connections have scattered over its arenas: without this an idle server stays as large as its busiest minute.
public struct MemoryTrimmer: Service {
  /// For the log.
  public let name = "memory"
  private static let interval = Duration.seconds(60)

  /// A trimmer.
  public init() {}

  /// Trims until cancelled.
  public func run() async throws {
    while true {
      try await Task.sleep(for: Self.interval)
      wright_trim_memory()
    }
  }
}
