internal import Concurrency
public import Drivers
internal import Files
internal import Glibc
internal import Model
internal import Processes

/// Runs builds on a Slurm cluster: driver type `slurm`. Each job's script is a batch job of the cluster (sbatch), in a
/// workspace that agent and nodes share. There is no sandbox: what keeps builds apart is the cluster's own.
public final class SlurmDriver: Driver {
  /// `slurm`.
  public let type = "slurm"

  private let settings: SlurmSettings
  private let root: String
  private let lock: FileDescriptor
  private let commands: SlurmCommands
  private let queue: SlurmQueue
  /// Begins the names of this agent's jobs; what another agent has submitted begins differently.
  private let prefix: String
  private let problem: @Sendable (String) -> Void

  /// A driver that works in the folder of `settings`. Throws where another process uses that.
  /// `problem` takes a sentence about what went wrong where nobody waits for an answer.
  public init(_ settings: SlurmSettings, problem: @escaping @Sendable (String) -> Void = { _ in }) throws {
    self.settings = settings
    self.problem = problem
    let builds = settings.folder + "/builds"
    try FileTree.makeDirectory(builds)
    guard let real = FileTree.realPath(builds) else { throw DriverError("the folder \(builds) cannot be resolved") }
    root = real
    lock = try FileDescriptor.open(settings.folder + "/lock", .readWrite())
    guard try lock.tryLock() else {
      throw DriverError(
        "another wright is using the folder \(settings.folder); each agent needs its own (slurm.folder)")
    }
    prefix = "wright-\(try Self.key(settings.folder + "/key"))-"
    commands = SlurmCommands(settings.environment)
    queue = SlurmQueue(commands)
  }

  /// What tells this folder's jobs from others, made once.
  private static func key(_ path: String) throws -> String {
    if try FileTree.status(path) == nil {
      let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
      try FileTree.writeAtomically(Array((digits + "\n").utf8), to: path)
    }
    let text = String(decoding: try FileTree.contents(of: path, limit: 64), as: UTF8.self)
    return String(text.prefix { $0.isHexDigit })
  }

  /// Ends the jobs that an earlier process has left on the cluster, and removes its workspaces. A cluster that does not
  /// answer is reported as a problem.
  public func sweep() async throws {
    do {
      let left = try await commands.jobs().filter { $0.name.hasPrefix(prefix) && !$0.isFinal }.map(\.id)
      for job in left { await SlurmJob.end(job, commands, queue) }
      if !left.isEmpty { problem("\(left.count) jobs of an earlier start were cancelled") }
    } catch {
      problem("jobs of an earlier start cannot be looked for: \(error)")
    }
    try await Workspace.sweep(root, problem)
  }

  /// Makes a workspace, and says in the log what there is to know of the cluster.
  public func create(_ request: EnvironmentRequest, output: any OutputSink) async throws -> any BuildEnvironment {
    let asked = try SlurmRequest(request.specification)
    let folder = try Workspace.folder(in: root, for: request)
    try await describe(try await commands.configuration(), to: output)
    do {
      let workspace = try await Workspace.threads.run {
        try FileTree.makeNewDirectory(folder)
        return try Workspace.make(folder + "/workspace")
      }
      try await output.line("workspace \(workspace.path)")
      try Task.checkCancellation()
      return SlurmEnvironment(
        workspace, folder: folder, request: asked,
        job: SlurmJob(commands, queue, settings, name: prefix + request.name)
      ) { [problem] in await Workspace.remove(folder, problem) }
    } catch let error as FileError where error.isExisting {
      throw DriverError("the workspace \(folder) exists already")
    } catch {
      await Workspace.remove(folder, problem)
      throw error
    }
  }

  private func describe(_ cluster: [String: String], to output: any OutputSink) async throws {
    let user = geteuid() == 0 ? "root" : "the user \(geteuid())"
    try await output.line(
      "the cluster \(cluster["ClusterName"] ?? "") runs the jobs, as \(user) and in no sandbox of this agent")
    if let tracking = cluster["ProctrackType"], tracking != "proctrack/cgroup" {
      try await output.line("it follows processes by \(tracking): what detaches itself from a job may outlive it")
    }
  }
}
