internal import Concurrency
internal import Drivers
internal import Files
internal import Model
internal import Processes

/// A workspace that agent and cluster share, in which jobs run one after the other.
final class SlurmEnvironment: BuildEnvironment {
  let workspace: String
  private let place: Workspace
  private let folder: String
  private let request: SlurmRequest
  private let job: SlurmJob
  private let count = Lock(0)
  private let removal = Lock<Task<Void, Never>?>(nil)
  private let remove: @Sendable () async -> Void

  /// `folder` holds the workspace and the jobs' files; `remove` removes it, and is called once.
  init(
    _ place: Workspace, folder: String, request: SlurmRequest, job: SlurmJob,
    remove: @escaping @Sendable () async -> Void
  ) {
    self.place = place
    self.folder = folder
    self.request = request
    self.job = job
    self.remove = remove
    workspace = place.path
  }

  func prepare(_ name: String) async throws -> String { try await place.prepare(name, seenAs: workspace) }

  func deliver(_ name: String) async throws { try await place.deliver(name, seenAs: workspace) }

  func place(_ file: FileDescriptor, size: Int64, at destination: String) async throws {
    try await place.place(file, size: size, at: destination, seenAs: workspace)
  }

  func collect(_ source: String, limit: Int, choosing choice: FileChoice?) async throws -> CollectedFiles {
    try await place.collect(source, limit: limit, choosing: choice, seenAs: workspace)
  }

  func run(_ script: Script, output: any OutputSink) async throws -> ExitStatus {
    if let variable = LaunchScript.unusableName(script.environment) {
      throw DriverError("'\(variable.name)' cannot be a variable: a shell does not accept it")
    }
    let number = count.withLock { count in
      count += 1
      return count
    }
    let environment = [
      EnvironmentVariable(name: "PATH", value: ExecutableSearch.standardPath),
      EnvironmentVariable(name: "HOME", value: workspace),
    ]
    let (path, workspace) = ("\(folder)/job-\(number)", workspace)
    let files = try await Workspace.threads.run {
      try JobFiles.make(path, script: script, workspace: workspace, environment: environment + script.environment)
    }
    do {
      let status = try await job.run(request, files, workspace: workspace, script: script.name, output: output)
      await removeFiles(of: path)
      return status
    } catch {
      await removeFiles(of: path)
      throw error
    }
  }

  /// What a job leaves beside the workspace is gone with the environment at the latest.
  private func removeFiles(of path: String) async {
    _ = try? await Workspace.threads.run { try FileTree.removeTree(path) }
  }

  func stop(grace: Duration) async { await job.stop(grace: grace) }

  func destroy() async {
    let task = removal.withLock { removal in
      if let removal { return removal }
      let task = Task { [job, remove] in
        await job.stop(grace: .zero)
        await remove()
      }
      removal = task
      return task
    }
    await task.value
  }
}
