internal import Concurrency
public import Drivers
internal import Files
internal import Glibc
internal import Model
internal import Processes

/// Runs builds on this machine: driver type `host`. Each attempt has a folder of its own below `root`.
public final class HostDriver: Driver {
  /// `host`.
  public let type = "host"

  private let root: String
  private let mode: SandboxMode
  private let sandbox: Sandbox
  private let users: BuildUsers
  private let problem: @Sendable (String) -> Void

  /// A driver that works below `root`, a folder that is its own. Builds never see `hiddenPaths`, which need be named
  /// only where they are in a folder of the system, as below `/opt` or `/etc`.
  /// `bubblewrap` is its program: a path, or a name in the usual folders.
  /// `problem` takes a sentence about what went wrong where nobody waits for an answer.
  public init(
    root: String, hiddenPaths: [String] = [], sandbox: SandboxMode = .auto, bubblewrap: String = "bwrap",
    problem: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    try FileTree.makeDirectory(root)
    guard let real = FileTree.realPath(root) else { throw DriverError("the folder \(root) cannot be resolved") }
    try FileTree.spreadSubfolders(of: real)
    self.root = real
    mode = sandbox
    self.sandbox = Sandbox(program: bubblewrap, hiddenPaths: hiddenPaths + [real], scratch: real)
    users = BuildUsers()
    self.problem = problem
  }

  /// Why there is no sandbox, in a sentence; nil where there is one. Tries it the first time.
  public func sandboxProblem() async -> String? {
    if mode == .off { return "the sandbox is switched off" }
    if case .fails(let reason) = await sandbox.availability() { return reason }
    return nil
  }

  /// Removes every workspace that is there. What cannot be removed is reported as a problem and left.
  public func sweep() async throws { try await Workspace.sweep(root, problem) }

  /// Makes a workspace. Says in the log whether there is a sandbox.
  public func create(_ request: EnvironmentRequest, output: any OutputSink) async throws -> any BuildEnvironment {
    let folder = try Workspace.folder(in: root, for: request)
    let confinement = try await confinement(output)
    let owner = confinement.owner
    let remove = removal(of: folder, owner: owner)
    do {
      let workspace = try await Workspace.threads.run { try confinement.makeWorkspace(folder) }
      let environment = HostEnvironment(workspace, confinement, remove: remove)
      try await output.line("workspace \(environment.workspace)")
      try Task.checkCancellation()
      return environment
    } catch let error as FileError where error.isExisting {
      if let owner { users.giveBack(owner) }
      throw DriverError("the workspace \(folder) exists already")
    } catch {
      await remove()
      throw error
    }
  }

  private func confinement(_ output: any OutputSink) async throws -> HostEnvironment.Confinement {
    switch mode == .off ? .fails("switched off") : await sandbox.availability() {
    case .works(let program, let system, let hidden):
      try await output.line(
        "sandbox: bubblewrap; the build sees its workspace, a private /tmp and the system read-only")
      let identity: SandboxLayout.Identity = geteuid() == 0 ? .user(users.take()) : .mapped(Sandbox.mappedUser)
      return .sandbox(program: program, SandboxLayout(system: system, hidden: hidden, identity: identity))
    case .fails(let reason):
      guard mode != .required else {
        throw DriverError("builds must run in a sandbox, but there is none: \(reason)")
      }
      try await output.line("no sandbox: \(reason); the build can do whatever the server's user can")
      return .plain
    }
  }

  private func removal(of folder: String, owner: UInt32?) -> @Sendable () async -> Void {
    { [users, problem] in
      await Workspace.remove(folder, problem)
      if let owner { users.giveBack(owner) }
    }
  }
}
