internal import Concurrency
internal import Drivers
internal import Files
internal import Model
internal import Processes

/// A workspace on this machine in which Nix is run. Files are placed and found as in any other on this machine; only what
/// runs there is different.
final class NixEnvironment: BuildEnvironment {
  let workspace: String
  private let place: Workspace
  private let files: HostEnvironment
  private let environment: [EnvironmentVariable]
  private let folder: String
  private let sandbox: NixSandbox?
  private let job: JobProcess

  /// `folder` holds the workspace and the build's `/tmp`.
  init(
    _ place: Workspace, folder: String, _ environment: [EnvironmentVariable], _ sandbox: NixSandbox?,
    remove: @escaping @Sendable () async -> Void
  ) {
    self.place = place
    self.folder = folder
    self.sandbox = sandbox
    // The supervisor, and bubblewrap's two.
    job = JobProcess(foreignGenerations: sandbox == nil ? 1 : 3)
    // What Nix builds in, and all that programs keep for a while.
    let temporary = place.temporary ?? "/tmp"
    // Without a home Nix would take that of the user's entry, which a service may not have.
    let home = environment.contains { $0.name == "HOME" } ? [] : [EnvironmentVariable(name: "HOME", value: temporary)]
    self.environment = environment + home + [EnvironmentVariable(name: "TMPDIR", value: temporary)]
    files = HostEnvironment(place, .plain, remove: remove)
    workspace = files.workspace
  }

  func prepare(_ name: String) async throws -> String { try await files.prepare(name) }

  func deliver(_ name: String) async throws { try await files.deliver(name) }

  func place(_ file: FileDescriptor, size: Int64, at destination: String) async throws {
    try await files.place(file, size: size, at: destination)
  }

  func collect(_ source: String, limit: Int, choosing choice: FileChoice?) async throws -> CollectedFiles {
    try await files.collect(source, limit: limit, choosing: choice)
  }

  func run(_ script: Script, output: any OutputSink) async throws -> ExitStatus {
    // A file, because bubblewrap does not hand on a descriptor that it was not told of.
    let path = folder + "/" + script.name
    try await Workspace.threads.run {
      try FileDescriptor.open(path, .createNew(permissions: 0o700)).write(script.text, at: 0)
    }
    return try await run(
      specification([path], in: place.path, script.environment, output: .merged), output: output)
  }

  func run(_ program: Program, output: any OutputSink, errors: any OutputSink) async throws -> ExitStatus {
    let directory = program.directory.isEmpty ? place.path : try await files.prepare(program.directory)
    return try await run(
      specification(program.words, in: directory, program.environment, output: .separate), output: output,
      errors: errors)
  }

  private func run(
    _ specification: ProcessSpecification, output: any OutputSink, errors: (any OutputSink)? = nil
  ) async throws -> ExitStatus {
    switch try await job.run(specification, output: output, errors: errors) {
    case .exited(let status): .exited(status)
    case .signalled(let signal): .signalled(signal)
    case nil: .signalled(15)
    }
  }

  private func specification(
    _ words: [String], in directory: String, _ own: [EnvironmentVariable], output: ProcessSpecification.Output
  ) throws -> ProcessSpecification {
    if let variable = LaunchScript.unusableName(own) {
      throw DriverError("'\(variable.name)' cannot be a variable: a shell does not accept it")
    }
    let words = sandbox?.wrap(words, in: directory, folder: folder, variables: own) ?? words
    guard let executable = words.first else { throw DriverError("the command is empty") }
    return ProcessSpecification(
      executable: executable, arguments: Array(words.dropFirst()),
      environment: (sandbox == nil ? environment + own : environment).map { ($0.name, $0.value) },
      workingDirectory: directory, output: output,
      supervised: true, outOfMemoryScore: 500)
  }

  func stop(grace: Duration) async { await job.stop(grace: grace) }

  func destroy() async {
    await job.stop(grace: .zero)
    await files.destroy()
  }
}
