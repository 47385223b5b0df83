internal import Concurrency
public import Drivers
internal import Files
public import Model
internal import Processes

/// Runs builds with the Nix of this machine: driver type `nix`. Each attempt has a folder of its own below `root`.
public final class NixDriver: Driver {
  /// `nix`.
  public let type = "nix"

  private let root: String
  private let environment: [EnvironmentVariable]
  private let mode: SandboxMode
  private let bubblewrap: String
  private let hiddenPaths: [String]
  private let probe = Lock<Task<Availability, Never>?>(nil)
  private let problem: @Sendable (String) -> Void

  private enum Availability: Sendable {
    case works(NixSandbox)
    case fails(String)
  }

  /// A driver that works below `root`, a folder that is its own. Builds never see `hiddenPaths`, nor each other's folders
  /// below `root`. `bubblewrap` is its program: a path, or a name in the usual folders. `environment` is all that programs get of this process's
  /// own: `PATH`, `HOME` and what Nix is configured by. `problem` takes a sentence about what went wrong where nobody
  /// waits for an answer.
  public init(
    root: String, environment: [EnvironmentVariable], hiddenPaths: [String] = [], sandbox: SandboxMode = .auto,
    bubblewrap: String = "bwrap", problem: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    try FileTree.makeDirectory(root)
    guard let real = FileTree.realPath(root) else { throw DriverError("the folder \(root) cannot be resolved") }
    self.root = real
    self.environment = environment
    mode = sandbox
    self.bubblewrap = bubblewrap
    self.hiddenPaths = hiddenPaths + [real]
    self.problem = problem
  }

  /// Removes every workspace that is there. What cannot be removed is reported as a problem and left.
  public func sweep() async throws { try await Workspace.sweep(root, problem) }

  /// Makes a workspace. Says in the log which Nix there is.
  public func create(_ request: EnvironmentRequest, output: any OutputSink) async throws -> any BuildEnvironment {
    let folder = try Workspace.folder(in: root, for: request)
    guard let program = try? ExecutableSearch.find("nix", environment: environment.map { ($0.name, $0.value) }) else {
      throw DriverError("there is no Nix on the agent's machine; install it (Debian: the package nix-bin)")
    }
    try await output.line("nix \(program)")
    let sandbox = try await sandbox(output)
    do {
      let place = try await Workspace.threads.run { try Workspace.makeForSandbox(folder, owner: nil) }
      return NixEnvironment(place, folder: folder, environment, sandbox) { [problem] in
        await Workspace.remove(folder, problem)
      }
    } catch let error as FileError where error.isExisting {
      throw DriverError("the workspace \(folder) exists already")
    }
  }

  private func sandbox(_ output: any OutputSink) async throws -> NixSandbox? {
    switch mode == .off ? .fails("the sandbox is switched off") : await availability() {
    case .works(let sandbox):
      try await output.line("sandbox: bubblewrap; the build sees this machine read-only, without the server's folders")
      return sandbox
    case .fails(let reason):
      guard mode != .required else {
        throw DriverError("builds must run in a sandbox, but there is none: \(reason)")
      }
      try await output.line("no sandbox: \(reason); what Nix runs can do whatever the server's user can")
      return nil
    }
  }

  /// Tries it the first time, by running Nix in it; remembers the answer.
  private func availability() async -> Availability {
    let task = probe.withLock { probe in
      if let probe { return probe }
      let task = Task { await self.tryOut() }
      probe = task
      return task
    }
    return await task.value
  }

  private func tryOut() async -> Availability {
    do {
      let sandbox = try await Workspace.threads.run { [bubblewrap, hiddenPaths, environment] in
        try NixSandbox.find(bubblewrap, hiding: hiddenPaths, environment: environment)
      }
      let words = sandbox.wrap(["nix", "--version"], in: root, folder: root)
      let result = try await ProcessLauncher.shared.run(
        ProcessSpecification(
          executable: words[0], arguments: Array(words.dropFirst()),
          environment: environment.map { ($0.name, $0.value) }, supervised: true), limit: 4096)
      if result.exit == .exited(0) { return .works(sandbox) }
      let said = String(decoding: result.output, as: UTF8.self).split(separator: "\n").last.map(String.init)
      return .fails("bubblewrap does not work here: \(said ?? "it ended with status \(result.exit.code)")")
    } catch {
      return .fails("bubblewrap cannot be used: \(error)")
    }
  }
}
