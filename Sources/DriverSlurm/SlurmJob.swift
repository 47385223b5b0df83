internal import Concurrency
internal import Drivers
internal import Files

/// The one job of the cluster that an environment may have at a time, and whether it may still have one.
final class SlurmJob: Sendable {
  private struct State {
    var isStopped = false
    /// It was not only told to stop.
    var isKilled = false
    var isRunning = false
    var id: Int64?
  }
  private let state = Monitored(State())
  private let commands: SlurmCommands
  private let queue: SlurmQueue
  private let settings: SlurmSettings
  private let name: String

  /// `name` begins the names of its jobs.
  init(_ commands: SlurmCommands, _ queue: SlurmQueue, _ settings: SlurmSettings, name: String) {
    self.commands = commands
    self.queue = queue
    self.settings = settings
    self.name = name
  }

  /// Submits a job and follows it to its end.
  func run(
    _ request: SlurmRequest, _ files: JobFiles, workspace: String, script: String, output: any OutputSink
  ) async throws -> ExitStatus {
    let mayBegin = state.update { state in
      if !state.isStopped { state.isRunning = true }
      return !state.isStopped
    }
    guard mayBegin else { return .signalled(15) }
    defer {
      state.update { state in
        state.isRunning = false
        state.id = nil
      }
    }
    let changes = try FolderChanges(of: files.folder)
    // Not in this task: one that is cancelled while it submits would never learn the job's number.
    let id = try await Task { [commands, name] in
      try await commands.submit(
        request, name: "\(name)-\(script)", script: files.batchScript, log: files.log, folder: workspace)
    }.value
    let isStopped = state.update { state in
      state.id = id
      return state.isStopped
    }
    if isStopped {
      await Self.end(id, commands, queue)
      return .signalled(15)
    }
    do {
      return try await follow(id, files, changes, output)
    } catch {
      await Task { [commands, queue] in await Self.end(id, commands, queue) }.value
      throw error
    }
  }

  private func follow(
    _ id: Int64, _ files: JobFiles, _ changes: FolderChanges, _ output: any OutputSink
  ) async throws -> ExitStatus {
    var reader = OutputReader(files.output)
    var watch = StateWatch(id, queue, settings)
    while true {
      try Task.checkCancellation()
      try await reader.read(into: output)
      let isStopped = state.read(\.isStopped)
      if try await Workspace.threads.run({ try files.exitCode() }) != nil { break }
      if try await watch.isOver(isUrgent: isStopped, output) { break }
      await changes.next(within: isStopped ? .milliseconds(100) : settings.lookInterval)
    }
    // What it has started ends with it, and only then.
    let last = try await watch.untilFinal()
    let code = try await code(files, isExpected: last.map { $0.verdict == nil && !$0.isLost } ?? true)
    try await reader.read(into: output)
    return try await outcome(code, last, id, files, output)
  }

  /// How the script has ended. A shared folder may show it only some time after the job has ended.
  private func code(_ files: JobFiles, isExpected: Bool) async throws -> Int32? {
    for _ in 0..<20 {
      if let code = try await Workspace.threads.run({ try files.exitCode() }) { return code }
      if !isExpected || state.read(\.isStopped) { return nil }
      try await Task.sleep(for: settings.lookInterval)
    }
    return nil
  }

  private func outcome(
    _ code: Int32?, _ last: SlurmJobState?, _ id: Int64, _ files: JobFiles, _ output: any OutputSink
  ) async throws -> ExitStatus {
    let (isStopped, isKilled) = state.read { ($0.isStopped, $0.isKilled) }
    if isStopped { return code.map(ExitStatus.exited) ?? .signalled(isKilled ? 9 : 15) }
    if let last, last.isLost {
      throw DriverError(
        "the cluster has lost the job \(id) (\(last.state)\(last.nodes.isEmpty ? "" : " of \(last.nodes)")); run the build again"
      )
    }
    if let verdict = last?.verdict { try await output.line(verdict) }
    if let code { return .exited(code) }
    if last?.verdict != nil { return .signalled(9) }
    throw DriverError(
      "the job \(id) has ended (\(last?.state ?? "the cluster does not know it any more")) without a result; is the folder \(files.folder) "
        + "the same on \(last?.nodes ?? "the nodes")? Slurm says: \(files.complaints())")
  }

  /// Lets no job begin from now on, and ends the one that runs: TERM, then KILL after `grace`.
  func stop(grace: Duration) async {
    let (isRunning, id) = state.update { state in
      state.isStopped = true
      if grace <= .zero { state.isKilled = true }
      return (state.isRunning, state.id)
    }
    guard isRunning else { return }
    let killing = Task {
      // One whose number is not known yet is ended as soon as it is.
      guard let id else { return }
      let hasBegun = grace > .zero ? await askToStop(id, grace: grace) : true
      if Task.isCancelled { return }
      if hasBegun { state.update { $0.isKilled = true } }
      await Self.end(id, commands, queue)
    }
    await state.wait { $0.isRunning ? nil : () }
    killing.cancel()
  }

  /// Gives the job time to stop by itself. False where there is nothing yet that could.
  private func askToStop(_ id: Int64, grace: Duration) async -> Bool {
    if (try? await queue.state(of: id, since: .now))?.isWaiting == true { return false }
    await commands.signal("TERM", to: [id])
    try? await Task.sleep(for: grace)
    return true
  }

  /// Kills a job and waits until nothing of it runs. A cluster that does not answer is asked for a minute.
  static func end(_ id: Int64, _ commands: SlurmCommands, _ queue: SlurmQueue) async {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
      await commands.signal("KILL", to: [id])
      await commands.cancel([id])
      if await isOver(id, queue) { return }
      // In a cancelled task it must wait, too.
      await Task { try? await Task.sleep(for: .milliseconds(200)) }.value
    }
  }

  private static func isOver(_ id: Int64, _ queue: SlurmQueue) async -> Bool {
    do { return try await queue.state(of: id, since: .now)?.isFinal ?? true } catch { return false }
  }
}
