internal import Concurrency

/// Starts programs.
public final class ProcessLauncher: Sendable {
  /// The one of this process.
  public static let shared = ProcessLauncher()

  // Programs die with the thread that started them, so it must be one that never ends.
  private let thread = BlockingThreads(name: "spawn", count: 1)

  private init() {}

  /// Starts a program in its own session and process group. It dies with this process.
  public func start(_ specification: ProcessSpecification) async throws -> RunningProcess {
    try await thread.run { try SpawnRequest(specification: specification).start() }
  }

  /// Runs a program to its end and collects at most `limit` bytes of each output; more is read and dropped.
  /// Cancelling the task kills it, and throws `CancellationError` once it has gone.
  public func run(_ specification: ProcessSpecification, limit: Int = 1 << 20) async throws -> ProcessResult {
    let process = try await start(specification)
    return try await withTaskCancellationHandler {
      do {
        async let errors = Self.collect(process.errorOutput, limit: limit)
        let output = try await Self.collect(process.output, limit: limit)
        let errorOutput = try await errors
        return ProcessResult(
          exit: await process.wait(), output: output.bytes, errorOutput: errorOutput.bytes,
          isTruncated: output.isTruncated || errorOutput.isTruncated)
      } catch {
        process.kill()
        _ = await process.wait()
        throw error
      }
    } onCancel: {
      process.kill()
    }
  }

  private static func collect(_ output: ProcessOutput?, limit: Int) async throws -> (bytes: [UInt8], isTruncated: Bool)
  {
    var bytes: [UInt8] = []
    var isTruncated = false
    while let more = try await output?.read() {
      let room = max(0, limit - bytes.count)
      bytes.append(contentsOf: more.prefix(room))
      if more.count > room { isTruncated = true }
    }
    return (bytes, isTruncated)
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

/// A thread for walks over /proc, which may take long where there are many processes.
struct SignalThread {
  private let threads = BlockingThreads(name: "signals", count: 1)

  func run(_ body: @escaping @Sendable () -> Int) async -> Int {
    await withCheckedContinuation { continuation in
      let queued = threads.submit { continuation.resume(returning: body()) }
      if !queued { continuation.resume(returning: 0) }
    }
  }
}
