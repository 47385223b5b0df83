import Agent
import Concurrency
import CoordinatorHTTP
import Crypto
import Files
import Glibc
import Lifecycle
import Model
import Planning
import Queue

/// An agent of a server elsewhere, in this process.
struct RunningAgent: Sendable {
  /// Its name.
  let name: String
  private let coordinator: CoordinatorHTTP
  private let service: AgentService
  /// Locked as long as this lives.
  private let work: LockedFolder
  private let manager: ServiceManager
  private let drainTimeout: Duration?
  private let log: Logger

  /// Makes everything ready; nothing is asked of the server before `run`.
  init(_ configuration: Configuration, environment: [String: String]) throws {
    let (remote, log) = (configuration.remote, Logger(configuration))
    self.log = log
    manager = ServiceManager(environment: environment)
    drainTimeout = remote.drainTimeout
    let token = try Self.token(remote)
    work = try LockedFolder(configuration.workPath ?? "./wright-agent", flag: "--work")
    let name = remote.name ?? Machine.host
    self.name = name
    let installation = try Self.installation(in: work.path)
    let coordinator = try CoordinatorHTTP(
      RemoteAgent(
        server: remote.server, token: token, name: name,
        instance: "\(installation).\(Hexadecimal.string(SecureRandom.bytes(16)))", slots: remote.slots,
        labels: remote.labels, version: programVersion, machine: { Machine.present }, spool: work.path + "/spool",
        spoolLimit: remote.spool), log: log)
    self.coordinator = coordinator
    let runner = try Runner(
      configuration, work: work.path, hiding: [work.path] + remote.tokenFiles,
      environment: environment, drivers: remote.drivers.map(Set.init), forges: ForgeChoice(),
      nixPush: { coordinator.cacheAddress.map { NixPush(target: $0, token: token) } }, log: log)
    service = AgentService(
      name: name, slots: remote.slots...remote.slots, labels: remote.labels, coordinator: coordinator, runner: runner,
      drainGrace: remote.drainTimeout, patience: remote.patience, log: log)
  }

  /// Runs builds until a signal asks to stop, and those have ended. A second signal gives them back, a third ends the
  /// process. Throws `AgentRefused` where the server will not have the agent.
  func run() async throws {
    let (service, coordinator, manager, log) = (service, coordinator, manager, log)
    // Builds end by their own limits where there is none for the agent's end.
    let limit = (drainTimeout ?? .seconds(86_400)) + .seconds(60)
    manager.ready()
    let working = Task { try await service.run() }
    let draining = Lock<Task<Void, Never>?>(nil)
    let signals = Signals.stops()
    Task.detached {
      var count = 0
      for await signal in signals {
        count += 1
        switch count {
        case 1:
          log.info("draining", ["signal": signal == SIGINT ? "INT" : "TERM"])
          manager.stopping(within: limit)
          working.cancel()
          draining.withLock { $0 = Task { await coordinator.drain() } }
        case 2:
          log.info("giving builds back")
          service.giveBack()
        default: _exit(128 + signal)
        }
      }
    }
    let result = await working.result
    if let drain = draining.withLock({ $0 }) { await drain.value } else { await coordinator.drain() }
    coordinator.close()
    log.info("stopped")
    do { try result.get() } catch is CancellationError {}
  }

  private static func token(_ remote: Configuration.Remote) throws -> String {
    switch remote.token {
    case .text(let token): return token
    case .file(let file):
      do {
        return try Setting.token(String(decoding: try FileTree.contents(of: file, limit: 4096), as: UTF8.self))
      } catch {
        throw ConfigurationError("--token-file \(file): \(error)")
      }
    case nil:
      throw ConfigurationError(
        "a token is missing: make one with `wright token create --kind agent` and give it in WRIGHT_TOKEN or a file "
          + "that --token-file names")
    }
  }

  /// What names this folder's agents, one after the other: the server gives what an earlier one had to others at once.
  private static func installation(in folder: String) throws -> String {
    let file = folder + "/agent-id"
    if let known = try? FileTree.contents(of: file, limit: 100), known.count == 32,
      known.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    {
      return String(decoding: known, as: UTF8.self)
    }
    let made = Hexadecimal.string(SecureRandom.bytes(16))
    try FileTree.writeAtomically(Array(made.utf8), to: file)
    return made
  }
}

extension Configuration.Remote {
  /// The file that holds the token, where there is one.
  fileprivate var tokenFiles: [String] { if case .file(let path) = token { [path] } else { [] } }
}
