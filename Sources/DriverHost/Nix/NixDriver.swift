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
  private let problem: @Sendable (String) -> Void

  /// A driver that works below `root`, a folder that is its own. `environment` is all that programs get of this process's
  /// own: `PATH`, `HOME` and what Nix is configured by. `problem` takes a sentence about what went wrong where nobody
  /// waits for an answer.
  public init(
    root: String, environment: [EnvironmentVariable], problem: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    try FileTree.makeDirectory(root)
    guard let real = FileTree.realPath(root) else { throw DriverError("the folder \(root) cannot be resolved") }
    self.root = real
    self.environment = environment
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
    do {
      let place = try await Workspace.threads.run { try Workspace.make(folder) }
      return NixEnvironment(place, environment) { [problem] in await Workspace.remove(folder, problem) }
    } catch let error as FileError where error.isExisting {
      throw DriverError("the workspace \(folder) exists already")
    }
  }
}
