internal import Concurrency
internal import Drivers
internal import Processes

/// The one process that an environment may have at a time, and whether it may still have one.
final class JobProcess: Sendable {
  private struct State {
    var isStopped = false
    var process: RunningProcess?
  }
  private let state = Lock(State())
  /// How many generations of processes are not the build's: the supervisor, and bubblewrap's two.
  private let foreignGenerations: Int

  init(foreignGenerations: Int) { self.foreignGenerations = foreignGenerations }

  var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Runs a program to its end; nil where it was stopped before it began.
  func run(_ specification: ProcessSpecification, output: any OutputSink) async throws -> ProcessExit? {
    if isStopped { return nil }
    let process = try await ProcessLauncher.shared.start(specification)
    let isStopped = state.withLock { state in
      state.process = process
      return state.isStopped
    }
    defer { state.withLock { $0.process = nil } }
    if isStopped { process.kill() }
    do {
      while let bytes = try await process.output?.read() { try await output.write(bytes) }
    } catch {
      process.kill()
      _ = await process.wait()
      throw error
    }
    return await process.wait()
  }

  /// Lets no program start from now on, and ends the one that runs.
  func stop(grace: Duration) async {
    let process = state.withLock { state in
      state.isStopped = true
      return state.process
    }
    guard let process else { return }
    if grace <= .zero {
      process.kill()
    } else if await process.signalDescendants(15, skip: foreignGenerations) == 0 {
      // It has not even begun.
      process.kill()
    }
    let killing = Task {
      try await Task.sleep(for: grace)
      process.kill()
    }
    _ = await process.wait()
    killing.cancel()
  }
}
