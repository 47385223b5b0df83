import Agent
import DriverHost
import DriverSlurm
import Drivers
import Forge
import Git
import HTTPServer
import Lifecycle
import Model
import Planning
import Rebuilding
import Scheduling

extension SchedulingConfiguration {
  init(_ configuration: Configuration, administrator: UserID) {
    self.init()
    self.administrator = administrator
    lease = configuration.lease
    killGrace = configuration.killGrace
    logLimit = configuration.logLimit
    artifactLimit = configuration.artifactLimit
    artifactsKept = configuration.cleanupThreshold
  }
}

extension RebuilderSettings {
  init(_ configuration: Configuration) {
    self.init()
    planLimits = PlanLimits(timeoutSeconds: configuration.buildTimeout.components.seconds)
    manifestBytes = Int(clamping: configuration.manifestLimit)
  }
}

extension HTTPServerConfiguration {
  init(_ configuration: Configuration, log: Logger) {
    self.init(
      host: configuration.host, port: Int(configuration.port),
      report: { log.warning("http", ["message": $0]) })
  }
}

extension Runner {
  /// A runner with every driver there is, or those of the types `drivers`, in the folder `work`.
  init(
    _ configuration: Configuration, work: String, hiding hidden: [String], environment: [String: String],
    objects: any ObjectSource = NoObjects(), drivers wanted: Set<String>? = nil, forges: (any Forges)? = nil,
    nixPush: @escaping @Sendable () -> NixPush? = { nil }, log: Logger
  ) throws {
    let host = try HostDriver(
      root: work + "/builds", hiddenPaths: hidden + (configuration.slurmFolder.map { [$0] } ?? []),
      sandbox: SandboxMode(configuration.sandbox),
      problem: { log.warning("host driver", ["problem": $0]) })
    let git = GitSettings(
      scratch: work + "/git", protocols: configuration.gitProtocols, environment: GitSettings.inherited(environment),
      mirrors: GitSettings.Mirrors(folder: work + "/mirrors", limit: configuration.mirrorsKept))
    let nixEnvironment = Self.nixEnvironment(configuration, environment)
    let nix = try NixDriver(
      root: work + "/nix", environment: nixEnvironment,
      hiddenPaths: hidden + [work] + configuration.pathsElsewhere,
      sandbox: SandboxMode(configuration.sandbox),
      problem: { log.warning("nix driver", ["problem": $0]) })
    let slurm = try configuration.slurmFolder.map { try SlurmDriver($0, environment, log) }
    let isWanted = { (type: String) in wanted?.contains(type) != false }
    self.init(
      drivers: ([host, nix] as [any Driver] + (slurm.map { [$0] } ?? [])).filter { isWanted($0.type) },
      objects: objects,
      services: isWanted(serviceDriverType)
        ? forges.map { ServiceParts(forges: $0, insecureHosts: configuration.insecureForgeHosts) } : nil,
      settings: RunnerSettings(
        git: git, killGrace: configuration.killGrace, nixEnvironment: nixEnvironment, nixPush: nixPush))
  }
}

extension Runner {
  /// What of this process's environment Nix gets: what it is configured by, and what it reaches servers by.
  private static func nixEnvironment(
    _ configuration: Configuration, _ environment: [String: String]
  ) -> [EnvironmentVariable] {
    let names = Set(configuration.nixEnvironment + ["HOME"])
    let own = environment.filter { names.contains($0.key) || $0.key.hasPrefix("NIX_") }.sorted { $0.key < $1.key }
    return (GitSettings.inherited(environment) + own.map { ($0.key, $0.value) }).map {
      EnvironmentVariable(name: $0.name, value: $0.value)
    }
  }
}

extension SlurmDriver {
  /// One that finds its cluster as this process's own environment says.
  convenience init(_ folder: String, _ environment: [String: String], _ log: Logger) throws {
    let names = ["SLURM_CONF"]
    try self.init(
      SlurmSettings(
        folder: folder,
        environment: names.compactMap { name in environment[name].map { EnvironmentVariable(name: name, value: $0) } }),
      problem: { log.warning("slurm driver", ["problem": $0]) })
  }
}

extension Configuration {
  private var databaseFile: String? { if case .file(let path) = database { path } else { nil } }

  /// What of the server is not in its data folder.
  fileprivate var pathsElsewhere: [String] {
    // SQLite keeps two files beside the database's own.
    (databaseFile.map { [$0, $0 + "-wal", $0 + "-shm"] } ?? []) + (artifactsFolder.map { [$0] } ?? [])
      + (slurmFolder.map { [$0] } ?? [])
  }

  /// The folder of the artifacts, where the configuration names one.
  var artifactsFolder: String? { if case .folder(let path) = artifacts { path } else { nil } }
}

extension SandboxMode {
  init(_ sandbox: Configuration.Sandbox) {
    switch sandbox {
    case .auto: self = .auto
    case .off: self = .off
    case .required: self = .required
    }
  }
}
