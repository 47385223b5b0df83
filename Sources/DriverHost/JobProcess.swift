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

  /// Runs a program to its end; nil where it was stopped before it began. `errors` gets what the specification has apart.
  func run(
    _ specification: ProcessSpecification, output: any OutputSink, errors: (any OutputSink)? = nil
  ) async throws -> ProcessExit? {
    if isStopped { return nil }
    let process = try await ProcessLauncher.shared.start(specification)
    let isStopped = state.withLock { state in
      state.process = process
      return state.isStopped
    }
    defer { state.withLock { $0.process = nil } }
    if isStopped { process.kill() }
    do {
      try await Self.read(process, output: output, errors: errors)
    } catch {
      process.kill()
      _ = await process.wait()
      throw error
    }
    return await process.wait()
  }

  private static func read(
    _ process: RunningProcess, output: any OutputSink, errors: (any OutputSink)?
  ) async throws {
    guard let errors, let errorOutput = process.errorOutput else {
      while let bytes = try await process.output?.read() { try await output.write(bytes) }
      return
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { while let bytes = try await errorOutput.read() { try await errors.write(bytes) } }
      group.addTask { while let bytes = try await process.output?.read() { try await output.write(bytes) } }
      try await group.waitForAll()
    }
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
