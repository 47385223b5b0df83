import API
import Agent
import Artifacts
import Concurrency
import Crypto
import DatabasePostgres
import DatabaseSQLite
import DriverHost
import HTTPServer
import Lifecycle
import Logs
import LogsFile
import Model
import NixCache
import Planning
import Queue
import Rebuilding
import Routing
import Scheduling
import Servers
import Services
import Store
import WebUI

/// A running installation: the stores, the queue, the agent, and the HTTP server over them. Made in the order in which
/// they depend on each other and stopped in the reverse.
struct Server {
  private let configuration: Configuration
  private let log: Logger
  private let folder: DataFolder
  private let work: LockedFolder
  private let database: any Database
  private let store: Store
  /// Nil where no other server can share the database.
  private let membership: Membership?
  private let presence: Presence?
  private let own: ServerRecord
  private let logs: OpenedLogs
  private let contents: ContentStores
  private let scheduler: Scheduler
  private let agent: AgentService
  private let rebuilder: Rebuilder
  private let caches: NixCache
  private let ownCache: OwnCache
  private let services: Services
  private let agentUploads: AgentUploads
  private let http: HTTPServer
  /// Signalled once this server leads.
  private let hasBegun = Wakeup()
  private let manager: ServiceManager

  /// Opens everything and takes up what the last server left. Listens only in `run`.
  init(_ configuration: Configuration, environment: [String: String], log: Logger) async throws {
    self.configuration = configuration
    self.log = log
    manager = ServiceManager(environment: environment)
    folder = try DataFolder(configuration.data)
    work = try LockedFolder(configuration.workPath ?? folder("work"), flag: "--work")
    let sealer = try Sealer(keyFile: configuration.sealingKeyPath ?? folder.sealingKeyFile)
    own = ServerRecord(id: try folder.serverID(), version: programVersion, at: SystemClock().now)
    switch configuration.database {
    case .file(let path):
      database = try await SQLiteDatabase.open(path ?? folder("wright.db"))
      membership = nil
    case .server(let address):
      let member = try await Membership.join(address, configuration, id: own.id, sealer: sealer, log: log)
      (membership, database) = (member, member.seat.database)
    }
    store = Store(database: database, sealer: sealer)
    let leads = membership?.leadership.isLeading ?? true
    if leads { try await store.migrate(at: SystemClock().now) }
    logs = OpenedLogs()
    contents = try await ContentStores(
      configuration, folder: folder("artifacts"), environment: environment, log: log)
    let administrator = Administrator(store: store, folder: folder, log: log)
    let admin = leads ? try await administrator.prepare() : try await administrator.find()
    let contentTurns = KeyedTurns<String>()
    scheduler = Scheduler(
      store: store, logs: logs, artifacts: contents.artifacts,
      configuration: SchedulingConfiguration(configuration, administrator: admin),
      contentTurns: contentTurns, log: log)
    ownCache = OwnCache(name: configuration.nixCache, owner: admin)
    let forges = ForgeChoice()
    let runner = try Runner(
      configuration, work: work.path, hiding: [folder.path, work.path], environment: environment, forges: forges,
      nixPush: ownCache.push, log: log)
    rebuilder = Rebuilder(
      store: store, queue: scheduler, source: runner.git, settings: RebuilderSettings(configuration), log: log)
    agent = AgentService(
      name: AgentContact.ownName, slots: configuration.agentSlots, labels: configuration.agentLabels,
      coordinator: scheduler,
      runner: runner,
      drainGrace: configuration.stopGrace, log: log)
    let authentication = TokenAuthentication(store: store, clock: { SystemClock().now }, log: log)
    let (scheduler, ownCache, store) = (scheduler, ownCache, store)
    caches = try await NixCache(
      CacheDependencies(
        store: store, artifacts: contents.artifacts, uploads: folder("uploads"), contentTurns: contentTurns,
        contentFreed: scheduler.wantCuration,
        identify: { token in
          if let owner = ownCache.owner(of: token) { return owner }
          return try await authentication.principal(token, kind: .user)?.user
        },
        mayPush: { token, cache in
          ownCache.isOpen(cache, to: try await authentication.principal(token, kind: .agent)?.user)
        },
        fileLimit: configuration.artifactLimit, clock: { SystemClock().now }, log: log))
    services = Services(
      ServicesDependencies(
        store: store,
        builds: ServiceBuildDependencies(
          queue: scheduler, forges: forges, git: runner.git, insecureHosts: configuration.insecureForgeHosts,
          timeoutSeconds: configuration.buildTimeout.components.seconds), clock: { SystemClock().now }))
    agentUploads = try AgentUploads(
      directory: folder("agent-uploads"), sizeLimit: configuration.artifactLimit, log: log)
    let agents = AgentAccess(
      gateway: scheduler, registry: scheduler, uploads: agentUploads, administrator: admin, cachePath: ownCache.path)
    presence = membership.map { [own] in
      Self.presence(of: own, $0, scheduler, authentication, store, log: log)
    }
    let membership = membership
    http = try HTTPServer(
      configuration: HTTPServerConfiguration(configuration, log: log),
      handler: Self.router(
        configuration, store, logs, contents, scheduler, rebuilder, agent, agents, caches, services, authentication,
        tokenPath: folder.adminTokenFile,
        builder: configuration.socketAuthentication ? nil : admin, membership, log: log
      ).handler)
    if leads { try await lead() } else { scheduler.follow() }
  }

  private var logFolder: String { configuration.logsPath ?? folder("logs") }

  /// Takes up what the last server left: from here on this one writes.
  private func lead() async throws {
    let log = log
    if let membership, let presence {
      // What was begun of logs here is of an earlier time, and agents send them from their beginning.
      if contents.logArchive != nil, let leader = try await store.servers().leader, leader.id != own.id {
        try LogsFile.forgetBegun(in: logFolder)
      }
      let term = try await store.beginTerm(of: presence.own)
      membership.leads(in: term)
      presence.leads(in: term)
    }
    logs.set(
      try await LogsFile(
        directory: logFolder, small: store, archive: contents.logArchive
      ) { job, error in
        log.warning("log not compressed", ["job": "\(job)", "error": "\(error)"])
      })
    try await scheduler.recover()
    try agentUploads.sweep(keeping: scheduler.isLive)
    try await localAgent.register()
    try await caches.reload()
    try await ownCache.prepare(in: caches)
    hasBegun.signal()
  }

  /// The agent in the process works for the queue in the process: where another server leads it waits.
  private func runAgent() async throws {
    await hasBegun.wait()
    if !Task.isCancelled { try await agent.run() }
  }

  private var localAgent: LocalAgent { LocalAgent(agent: agent, scheduler: scheduler, log: log) }

  /// What only the server that leads does. One that follows waits for that.
  private func runLeading(stopTimeout: Duration) async throws {
    do {
      if let membership, !membership.leadership.isLeading {
        try await membership.waitToLead()
        try await lead()
        membership.leadership.become(.leading)
      }
    } catch let error as DatabaseError where error.code == .following {
      // Yet another one was faster: this one begins anew.
      return await Forever.wait()
    }
    let group = ServiceGroup(
      scheduler.services + caches.services + contents.services + [rebuilder, localAgent.service],
      stopTimeout: stopTimeout, log: log)
    // In a task of its own: the services of one that is cancelled would be given no time to end.
    let stop = Wakeup()
    let running = Task { try await group.run(until: stop.wait) }
    try await withTaskCancellationHandler {
      try await running.value
    } onCancel: {
      stop.signal()
    }
  }

  /// Listens, tells `ready` the address, and serves until a signal asks to stop. A second signal ends the process. Returns
  /// true where the server has to begin anew, because another one leads.
  func run(ready: @escaping @Sendable (String) throws -> Void) async throws -> Bool {
    let address = try http.start()
    let host = address.host.contains(":") ? "[\(address.host)]" : address.host
    log.info("listening", ["address": "\(host):\(address.port)", "data": folder.path])
    ownCache.listens(at: "\(host):\(address.port)")
    try ready("\(host):\(address.port)")
    manager.ready()
    try await announce(configuration.address(port: address.port))
    let (http, log) = (http, log)
    let serving = ClosureService("http") {
      await Forever.wait()
      await http.stop()
    }
    let limit = configuration.stopGrace + configuration.killGrace + .seconds(5)
    let leading = ClosureService("leading") { try await runLeading(stopTimeout: limit) }
    let working = ClosureService(agent.name) { try await runAgent() }
    let end = RunEnd(StopRequest(log: log), overtaken: membership?.overtaken)
    try await ServiceGroup(
      (presence.map { [$0] } ?? []) + [leading, serving, working], stopTimeout: limit, log: log
    ).run(until: { [manager] in
      await end.wait()
      // The agent takes all of the limit where builds go on; what comes after it is short.
      manager.stopping(within: limit + .seconds(60))
    })
    await caches.stop()
    services.stop()
    agentUploads.stop()
    if let membership { await membership.seat.close() } else { await database.close() }
    logs.stop()
    contents.stop()
    log.info("stopped")
    return end.isOvertaken
  }

  /// Says where this server is.
  private func announce(_ address: String) async throws {
    if let presence { return presence.listens(at: address) }
    var own = own
    own.address = address
    _ = try await store.beginTerm(of: own)
  }

  private static func router(
    _ configuration: Configuration, _ store: Store, _ logs: any LogStore, _ contents: ContentStores,
    _ scheduler: Scheduler, _ rebuilder: Rebuilder, _ agent: AgentService, _ agents: AgentAccess, _ caches: NixCache,
    _ services: Services, _ authentication: TokenAuthentication, tokenPath: String, builder: UserID?,
    _ membership: Membership?, log: Logger
  ) -> Router {
    let clock: @Sendable () -> Timestamp = { SystemClock().now }
    var limits = APILimits(
      manifestBytes: Int(clamping: configuration.manifestLimit),
      timeoutSeconds: configuration.buildTimeout.components.seconds, gitProtocols: configuration.gitProtocols)
    limits.repositorySeconds = configuration.repositoryInterval.components.seconds
    var dependencies =
      APIDependencies(
        store: store, queue: scheduler, repositories: rebuilder, logs: logs, artifacts: contents.artifacts,
        authentication: authentication, limits: limits, version: programVersion, clock: clock,
        log: log,
        metricSources: [
          { QueueMetrics.text(scheduler.metrics) }, { WorkMetrics.text(agent.metrics, rebuilder.metrics) },
          { contents.metrics }, { (try? await caches.figures()).map(CacheMetrics.text) ?? "" },
          DiskMetrics(configuration).text,
        ], webhooks: rebuilder, services: services, agents: agents, directory: scheduler)
    if let membership { dependencies.standing = { membership.standing } }
    if let builder { dependencies.buildSocket = .anybody(as: builder) }
    let api = API(dependencies)
    let pages = WebUI(
      WebUIDependencies(
        store: store, queue: scheduler, repositories: rebuilder, caches: caches, services: services,
        directory: scheduler,
        agentToken: { try await authentication.create(owner: $0, kind: .agent, comment: $1).text },
        artifacts: contents.artifacts,
        logs: logs,
        sessions: authentication.sessions, manifestForm: api.manifestForm, version: programVersion,
        tokenPath: tokenPath, clock: clock))
    let features = caches.routes + services.routes
    return Router(
      routes: api.routes(documenting: pages.routes + features, schemas: caches.schemas + services.schemas)
        + pages.routes + features,
      hooks: api.hooks(page: pages.page),
      elsewhere: membership.map { LeaderForwarding($0.leadership, log: log).elsewhere },
      authenticateAgent: authentication.authenticateAgent, authenticate: authentication.authenticate)
  }
}
