public import Files
public import Model

/// Makes environments for builds: one implementation for each driver type. Safe from any task.
///
/// The runner calls `create` once for a build, then on what it returns `place`, `run` and `collect` one after the
/// other, and `destroy` exactly once at the end, whatever happened. `stop` may come at any time from another task.
public protocol Driver: Sendable {
  /// The `type` in a manifest.
  var type: String { get }
  /// Makes the environment of one build. What it writes to `output` is the log of the `create-driver` job.
  /// Cancelling the task makes it give up and clean up after itself.
  func create(_ request: EnvironmentRequest, output: any OutputSink) async throws -> any BuildEnvironment
  /// Removes what an earlier process left behind. Called once, before the first `create`.
  func sweep() async throws
}

/// What an environment is made for.
public struct EnvironmentRequest: Sendable {
  /// Names the attempt, unique for ever: a part of folder, container and machine names. `[a-z0-9-]` only.
  public var name: String
  /// The driver's settings from the manifest.
  public var specification: DriverSpecification

  /// A request.
  public init(name: String, specification: DriverSpecification) {
    self.name = name
    self.specification = specification
  }
}

/// One build's environment, from creation to destruction.
public protocol BuildEnvironment: Sendable {
  /// The workspace's path as a script in the environment sees it; scripts start there.
  var workspace: String { get }
  /// Where the runner prepares the folder `name` (relative, checked) on the agent's machine before `deliver`: for a
  /// local driver the place in the workspace itself.
  func prepare(_ name: String) async throws -> String
  /// Brings a folder that the runner has filled at `prepare`'s path into the workspace.
  func deliver(_ name: String) async throws
  /// Copies a file to `destination` (relative to the workspace, or absolute where the driver allows it).
  func place(_ file: FileDescriptor, size: Int64, at destination: String) async throws
  /// Runs a script with these variables and nothing else of the agent's environment, streams its output (standard
  /// output and error merged), and returns when it and everything it started have ended.
  func run(_ script: Script, output: any OutputSink) async throws -> ExitStatus
  /// Runs a program by its words, with its two outputs apart; otherwise as `run(_:output:)`. Only where the driver can.
  func run(_ program: Program, output: any OutputSink, errors: any OutputSink) async throws -> ExitStatus
  /// Finds the files that a rule names and that are chosen (all of them, without a choice), at most `limit`, without
  /// following a link out of the workspace.
  func collect(_ source: String, limit: Int, choosing choice: FileChoice?) async throws -> CollectedFiles
  /// Ends whatever runs: TERM, then KILL after `grace`. `run` then returns.
  func stop(grace: Duration) async
  /// Removes everything. Twice is fine.
  func destroy() async
}

extension BuildEnvironment {
  /// Refuses.
  public func run(_ program: Program, output: any OutputSink, errors: any OutputSink) async throws -> ExitStatus {
    throw DriverError("this driver runs scripts only; a build with Nix needs the driver 'nix'")
  }

  /// Finds the files that a rule names.
  public func collect(_ source: String, limit: Int) async throws -> CollectedFiles {
    try await collect(source, limit: limit, choosing: nil)
  }
}

/// A job's script.
public struct Script: Sendable, Hashable {
  /// The job's name, for file names. `[A-Za-z0-9._-]` only.
  public var name: String
  /// The whole text, with its first line.
  public var text: [UInt8]
  /// All variables.
  public var environment: [EnvironmentVariable]

  /// A script.
  public init(name: String, text: [UInt8], environment: [EnvironmentVariable]) {
    self.name = name
    self.text = text
    self.environment = environment
  }
}

/// A program that is run by its words, which no shell sees.
public struct Program: Sendable, Hashable {
  /// The program, a name that is looked up, and its arguments. Not empty.
  public var words: [String]
  /// Where it runs, relative to the workspace; empty for the workspace itself.
  public var directory: String
  /// Variables beside those of the driver.
  public var environment: [EnvironmentVariable]

  /// A program.
  public init(words: [String], directory: String = "", environment: [EnvironmentVariable] = []) {
    self.words = words
    self.directory = directory
    self.environment = environment
  }
}

/// How a process ended.
public enum ExitStatus: Sendable, Hashable {
  /// With this status.
  case exited(Int32)
  /// By this signal.
  case signalled(Int32)

  /// As a shell shows it: 128 and the number for a signal.
  public var code: Int32 {
    switch self {
    case .exited(let code): code
    case .signalled(let signal): 128 &+ signal
    }
  }
}

/// Takes output as it comes. Called from one task at a time; suspends while it cannot take more.
public protocol OutputSink: Sendable {
  /// Takes `bytes`.
  func write(_ bytes: [UInt8]) async throws
}

extension OutputSink {
  /// Takes a line of text; adds the newline.
  public func line(_ text: String) async throws { try await write(Array((text + "\n").utf8)) }
}

/// What a rule found.
public struct CollectedFiles: Sendable {
  /// The files, sorted by path.
  public var files: [CollectedFile]
  /// A line for the log for each thing that was left out: a link that leads out, a device, more than the limit.
  public var refusals: [String]

  /// Files and refusals.
  public init(files: [CollectedFile], refusals: [String]) {
    self.files = files
    self.refusals = refusals
  }
}

/// A file that a rule found. It is opened when its turn comes, so that thousands do not hold descriptors.
public struct CollectedFile: Sendable {
  /// The path in the workspace.
  public var path: String
  /// The path below the rule's folder, or the file's own name where the rule names a file or a pattern.
  public var relativeName: String
  /// Opens it.
  public var open: @Sendable () async throws -> FileDescriptor

  /// A file.
  public init(path: String, relativeName: String, open: @escaping @Sendable () async throws -> FileDescriptor) {
    self.path = path
    self.relativeName = relativeName
    self.open = open
  }
}

/// Why a driver could not do what it was asked.
public struct DriverError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence that says what to do.
  public var description: String
  /// An error with this sentence.
  public init(_ description: String) { self.description = description }
}
