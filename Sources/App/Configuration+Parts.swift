import Agent
import DriverHost
import Git
import HTTPServer
import Lifecycle
import Model
import Planning
import Rebuilding
import Scheduling

extension SchedulingConfiguration {
  init(_ configuration: Configuration) {
    self.init()
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
  /// A runner with every driver there is, in the folder `work`.
  init(
    _ configuration: Configuration, work: String, hiding hidden: [String], environment: [String: String],
    objects: any ObjectSource = NoObjects(), log: Logger
  ) throws {
    let host = try HostDriver(
      root: work + "/builds", hiddenPaths: hidden, sandbox: SandboxMode(configuration.sandbox),
      problem: { log.warning("host driver", ["problem": $0]) })
    let git = GitSettings(
      scratch: work + "/git", protocols: configuration.gitProtocols, environment: GitSettings.inherited(environment),
      mirrors: GitSettings.Mirrors(folder: work + "/mirrors", limit: configuration.mirrorsKept))
    self.init(
      drivers: [host], objects: objects, settings: RunnerSettings(git: git, killGrace: configuration.killGrace))
  }
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
