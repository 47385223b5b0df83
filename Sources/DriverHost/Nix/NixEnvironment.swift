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
  private let job = JobProcess(foreignGenerations: 1)

  init(_ place: Workspace, _ environment: [EnvironmentVariable], remove: @escaping @Sendable () async -> Void) {
    self.place = place
    self.environment = environment
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
    if let variable = LaunchScript.unusableName(script.environment) {
      throw DriverError("'\(variable.name)' cannot be a variable: a shell does not accept it")
    }
    let file = try FileDescriptor.inMemory(script.text, name: script.name)
    let interpreter = Interpreter(of: script.text)
    return try await run(
      ProcessSpecification(
        executable: interpreter.program, arguments: interpreter.arguments + ["/proc/self/fd/3"],
        environment: variables(script.environment), workingDirectory: place.path, additionalDescriptors: [file],
        supervised: true, outOfMemoryScore: 500), output: output)
  }

  func run(_ program: Program, output: any OutputSink, errors: any OutputSink) async throws -> ExitStatus {
    guard let executable = program.words.first else { throw DriverError("the command is empty") }
    let directory = program.directory.isEmpty ? place.path : try await files.prepare(program.directory)
    return try await run(
      ProcessSpecification(
        executable: executable, arguments: Array(program.words.dropFirst()),
        environment: variables(program.environment), workingDirectory: directory, output: .separate,
        supervised: true, outOfMemoryScore: 500), output: output, errors: errors)
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

  private func variables(_ own: [EnvironmentVariable]) -> [(name: String, value: String)] {
    (environment + own).map { ($0.name, $0.value) }
  }

  func stop(grace: Duration) async { await job.stop(grace: grace) }

  func destroy() async {
    await job.stop(grace: .zero)
    await files.destroy()
  }
}
