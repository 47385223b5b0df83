/// What a build will do, complete and pure: made once from a request (a manifest, a repository's address, ...), stored
/// with the build, and carried out by the runner. Every kind of build becomes one of these.
public struct Plan: Codable, Sendable, Hashable {
  /// Where the jobs run.
  public var driver: DriverSpecification
  /// What the agent must have that takes the build.
  public var labels: [String: String] = [:]
  /// Driver types that the agent must have beside `driver`'s: the one that a program's own manifest goes on with, the one
  /// that its build began with.
  public var furtherDrivers: [String] = []
  /// Variables for every job, in the order given; a later one of the same name wins.
  public var environment: [EnvironmentVariable]
  /// Files to place once the driver is there.
  public var objects: [ObjectPlacement]
  /// Repositories to clone before the first stage; `Step.clone` refers to them by index.
  public var sources: [Source]
  /// The stages in order of execution. The first is `setup`, but for a service, whose build needs no driver.
  public var stages: [PlannedStage]
  /// How long the whole build may run, in seconds.
  public var timeoutSeconds: Int64
  /// Values that never appear in a log.
  public var maskedValues: [String]
  /// What a build of a service makes; nil for all others.
  public var service: ServicePlan?

  /// A plan with these parts.
  public init(
    driver: DriverSpecification, environment: [EnvironmentVariable] = [], objects: [ObjectPlacement] = [],
    sources: [Source] = [], stages: [PlannedStage], timeoutSeconds: Int64, maskedValues: [String] = [],
    service: ServicePlan? = nil
  ) {
    self.service = service
    self.driver = driver
    self.environment = environment
    self.objects = objects
    self.sources = sources
    self.stages = stages
    self.timeoutSeconds = timeoutSeconds
    self.maskedValues = maskedValues
  }

  /// Reads what an earlier version may have stored: without labels and further drivers.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    driver = try values.decode(DriverSpecification.self, forKey: .driver)
    labels = try values.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    furtherDrivers = try values.decodeIfPresent([String].self, forKey: .furtherDrivers) ?? []
    environment = try values.decode([EnvironmentVariable].self, forKey: .environment)
    objects = try values.decode([ObjectPlacement].self, forKey: .objects)
    sources = try values.decode([Source].self, forKey: .sources)
    stages = try values.decode([PlannedStage].self, forKey: .stages)
    timeoutSeconds = try values.decode(Int64.self, forKey: .timeoutSeconds)
    maskedValues = try values.decode([String].self, forKey: .maskedValues)
    service = try values.decodeIfPresent(ServicePlan.self, forKey: .service)
  }

  /// All jobs in order of execution; the index is the job's `position`.
  public var jobs: [(stage: PlannedStage, job: PlannedJob)] {
    stages.flatMap { stage in stage.jobs.map { (stage, $0) } }
  }
}

/// The built-in stage that creates the driver and clones the sources.
public let setupStageName = "setup"
/// How long the driver may take to be created, in seconds; longer and the build is `timed_out`.
public let driverCreationLimitSeconds: Int64 = 300

/// A stage of a plan.
public struct PlannedStage: Codable, Sendable, Hashable {
  /// As in the manifest.
  public var name: String
  /// True where a failure leaves the build `passed_with_failures` and the next stage runs.
  public var mayFail: Bool
  /// In order of execution.
  public var jobs: [PlannedJob]

  /// A stage with these parts.
  public init(name: String, mayFail: Bool = false, jobs: [PlannedJob]) {
    self.name = name
    self.mayFail = mayFail
    self.jobs = jobs
  }
}

/// A job of a plan: one step, and what is collected after it.
public struct PlannedJob: Codable, Sendable, Hashable {
  /// Unique in its stage.
  public var name: String
  /// What it does.
  public var step: Step
  /// Collected after the job, whether it passed or failed.
  public var artifacts: [ArtifactRule]

  /// A job with these parts.
  public init(name: String, step: Step, artifacts: [ArtifactRule] = []) {
    self.name = name
    self.step = step
    self.artifacts = artifacts
  }
}

/// What a job does.
public enum Step: Codable, Sendable, Hashable {
  /// Creates the driver's environment and then places the objects.
  case createDriver
  /// Clones the source with this index.
  case clone(source: Int)
  /// Finds out how the program in the source with this index is built, and extends the plan accordingly. `manifest` is
  /// the one that was given for the build beforehand; it stands in the place of whatever the source holds.
  case detect(source: Int, manifest: String? = nil)
  /// Runs these commands as one script.
  case script(commands: [String])
  /// Runs a command of Nix.
  case nix(NixCommand)
  /// Does a part of the build of the plan's service.
  case service(ServiceStep)
}

/// The driver that a manifest asks for: its type and its settings, all text.
public struct DriverSpecification: Codable, Sendable, Hashable {
  /// `host`, `docker`, `qemu`, `ssh`; a Djinn manifest's `os` is stored as `host`.
  public var type: String
  /// The other keys: `image`, `workspace`, `address`, ...
  public var settings: [String: String]

  /// A driver of `type` with its settings.
  public init(type: String, settings: [String: String] = [:]) {
    self.type = type
    self.settings = settings
  }
}

/// `KEY=value`.
public struct EnvironmentVariable: Codable, Sendable, Hashable {
  /// A name that a shell accepts.
  public var name: String
  /// Any text without NUL.
  public var value: String

  /// A variable.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// `name => destination` of a manifest's objects.
public struct ObjectPlacement: Codable, Sendable, Hashable {
  /// The object's name.
  public var name: String
  /// Where it goes; relative to the workspace unless it begins with `/`.
  public var destination: String

  /// A placement.
  public init(name: String, destination: String) {
    self.name = name
    self.destination = destination
  }
}

/// A repository to clone: `URL [ref] [=> dir]`.
public struct Source: Codable, Sendable, Hashable {
  /// As given; may hold a user name and password, which are masked in logs.
  public var url: String
  /// Branch, tag or commit; nil for the remote's default branch.
  public var reference: String?
  /// Relative to the workspace.
  public var directory: String

  /// A source.
  public init(url: String, reference: String? = nil, directory: String) {
    self.url = url
    self.reference = reference
    self.directory = directory
  }

  /// The folder of a source that names none: the address's last part less `.git`. May be empty.
  public static func defaultDirectory(_ url: String) -> String {
    let path = url.prefix { $0 != "?" && $0 != "#" }
    let last = path.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? ""
    return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
  }
}

/// `path => name` of a job's artifacts.
public struct ArtifactRule: Codable, Sendable, Hashable {
  /// Relative to the workspace; a file, a folder (every file below it), or a pattern with `*` and `?`.
  public var source: String
  /// The name it is stored by; for a folder or a pattern the folder that the names begin with.
  public var name: String
  /// Which of the files that `source` names are collected.
  public var selection: Selection

  /// Which files a rule takes.
  public enum Selection: String, Codable, Sendable, Hashable {
    /// Every file.
    case all
    /// What a program's build has made: programs, libraries and objects that the repository does not hold itself,
    /// without what the build system made for its own use.
    case programs
  }

  /// A rule.
  public init(source: String, name: String, selection: Selection = .all) {
    self.source = source
    self.name = name
    self.selection = selection
  }

  /// Reads what an earlier version may have stored: without a selection it is `all`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    source = try values.decode(String.self, forKey: .source)
    name = try values.decode(String.self, forKey: .name)
    selection = try values.decodeIfPresent(Selection.self, forKey: .selection) ?? .all
  }
}
