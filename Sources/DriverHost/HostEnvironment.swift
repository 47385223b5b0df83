internal import Concurrency
internal import Drivers
internal import Files
internal import Model
internal import Processes

/// A workspace on this machine, in a sandbox or plainly.
final class HostEnvironment: BuildEnvironment {
  /// How jobs are run.
  enum Confinement: Sendable {
    case sandbox(program: String, SandboxLayout)
    case plain

    /// Who the build is, where it is another user than the server.
    var owner: UInt32? {
      if case .sandbox(_, let layout) = self, case .user(let user) = layout.identity { user } else { nil }
    }

    /// Makes the folders of an attempt.
    func makeWorkspace(_ folder: String) throws -> Workspace {
      switch self {
      case .sandbox: try Workspace.makeForSandbox(folder, owner: owner)
      case .plain: try Workspace.make(folder)
      }
    }
  }

  let workspace: String
  private let place: Workspace
  private let confinement: Confinement
  private let job: JobProcess
  private let removal = Lock<Task<Void, Never>?>(nil)
  private let remove: @Sendable () async -> Void

  /// `remove` removes the workspace; it is called once.
  init(_ place: Workspace, _ confinement: Confinement, remove: @escaping @Sendable () async -> Void) {
    self.place = place
    self.confinement = confinement
    self.remove = remove
    switch confinement {
    case .sandbox:
      workspace = SandboxLayout.workspace
      job = JobProcess(foreignGenerations: 3)
    case .plain:
      workspace = place.path
      job = JobProcess(foreignGenerations: 1)
    }
  }

  func prepare(_ name: String) async throws -> String { try await place.prepare(name, seenAs: workspace) }

  func deliver(_ name: String) async throws { try await place.deliver(name, seenAs: workspace) }

  func place(_ file: FileDescriptor, size: Int64, at destination: String) async throws {
    try await place.place(file, size: size, at: destination, seenAs: workspace)
  }

  func run(_ script: Script, output: any OutputSink) async throws -> ExitStatus {
    let specification = try await Workspace.threads.run { try self.specification(script) }
    switch try await job.run(specification, output: output) {
    case .exited(let status): return .exited(status)
    case .signalled(let signal): return .signalled(signal)
    case nil: return .signalled(15)
    }
  }

  private func specification(_ script: Script) throws -> ProcessSpecification {
    if let variable = LaunchScript.unusableName(script.environment) {
      throw DriverError("'\(variable.name)' cannot be a variable: a shell does not accept it")
    }
    let environment = standardEnvironment + script.environment
    switch confinement {
    case .sandbox(let program, let layout):
      return try Sandbox.specification(
        program: program, layout: layout, workspace: place, script: script, environment: environment)
    case .plain:
      // In memory, and not an argument, which everybody on the machine could read.
      let file = try FileDescriptor.inMemory(script.text, name: script.name)
      let interpreter = Interpreter(of: script.text)
      return ProcessSpecification(
        executable: interpreter.program, arguments: interpreter.arguments + [Self.scriptPath],
        environment: environment.map { ($0.name, $0.value) }, workingDirectory: place.path,
        additionalDescriptors: [file], supervised: true, outOfMemoryScore: 500)
    }
  }

  /// Where a script finds itself: its first additional descriptor, opened anew.
  private static let scriptPath = "/proc/self/fd/3"

  private var standardEnvironment: [EnvironmentVariable] {
    [
      EnvironmentVariable(name: "PATH", value: ExecutableSearch.standardPath),
      EnvironmentVariable(name: "HOME", value: workspace),
    ]
  }

  func collect(_ source: String, limit: Int, choosing choice: FileChoice?) async throws -> CollectedFiles {
    try await place.collect(source, limit: limit, choosing: choice, seenAs: workspace)
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
