import API
import ArtifactsFile
import Concurrency
import CoordinatorHTTP
import Crypto
import DatabaseSQLite
import Files
import Glibc
import HTTPServer
import Lifecycle
import Logs
import LogsFile
import Model
import Queue
import Routing
import Scheduling
import Store

/// How an agent reaches the queue.
enum Way: String, CaseIterable, CustomStringConvertible {
  case direct
  case overHTTP = "over HTTP"
  var description: String { rawValue }
}

/// A server's queue with its part of the API for agents on a real socket, in a folder of its own.
final class RemoteWorld: Sendable {
  let folder: String
  let store: Store
  let logs: LogsFile
  let artifacts: ArtifactsFile
  let scheduler: Scheduler
  let user: UserID
  let token: String
  let server: HTTPServer
  let address: String
  /// What stands between the agents and the routes, for tests that have it misbehave.
  let faults: Faults
  private let database: any Database
  private let uploads: AgentUploads

  private init(_ folder: String, _ change: (inout SchedulingConfiguration) -> Void) async throws {
    self.folder = folder
    var settings = SQLiteDatabase.Configuration()
    settings.survivesPowerLoss = false
    database = try await SQLiteDatabase.open(folder + "/wright.db", configuration: settings)
    store = Store(database: database, sealer: try .ephemeral())
    let clock: @Sendable () -> Timestamp = { SystemClock().now }
    try await store.migrate(at: clock())
    logs = try await LogsFile(directory: folder + "/logs", small: store) { _, _ in }
    artifacts = try ArtifactsFile(directory: folder + "/artifacts")
    var configuration = SchedulingConfiguration()
    change(&configuration)
    scheduler = Scheduler(store: store, logs: logs, artifacts: artifacts, configuration: configuration, log: .none)
    try await scheduler.recover()
    user = try await store.ensureUser(name: "admin", at: clock()).id
    let authentication = TokenAuthentication(store: store, clock: clock)
    token = try await authentication.create(owner: user, kind: .agent).text
    uploads = try AgentUploads(directory: folder + "/uploads", sizeLimit: configuration.artifactLimit)
    let api = API(
      APIDependencies(
        store: store, queue: scheduler, logs: logs, artifacts: artifacts, authentication: authentication,
        version: "1", clock: clock, log: .none,
        agents: AgentAccess(gateway: scheduler, registry: scheduler, uploads: uploads, administrator: user)))
    let router = Router(
      routes: api.routes, hooks: api.hooks(), authenticateAgent: authentication.authenticateAgent,
      authenticate: authentication.authenticate)
    let faults = Faults(router.handler)
    self.faults = faults
    server = try HTTPServer(configuration: HTTPServerConfiguration(stopGrace: .milliseconds(100))) { request in
      await faults.answer(request)
    }
    address = "http://127.0.0.1:\(try server.start().port)"
  }

  /// Runs `body` with a world, and removes everything afterwards.
  static func run(
    _ change: (inout SchedulingConfiguration) -> Void = { _ in }, _ body: (RemoteWorld) async throws -> Void
  ) async throws {
    var template = Array("/tmp/wright-remote-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError.last("mkdtemp") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileTree.removeTree(folder) }
    let world = try await RemoteWorld(folder, change)
    do {
      try await body(world)
    } catch {
      await world.close()
      throw error
    }
    await world.close()
  }

  private func close() async {
    await server.stop()
    uploads.stop()
    await database.close()
    logs.stop()
    artifacts.stop()
  }

  /// An agent's side of the queue.
  func coordinator(_ way: Way, name: String = "one") throws -> any Coordinator {
    switch way {
    case .direct: scheduler
    case .overHTTP: try remote(name: name)
    }
  }

  func remote(name: String = "one", installation: String? = nil, token: String? = nil) throws -> CoordinatorHTTP {
    let process = UInt64.random(in: 0 ... .max)
    let machine = AgentMachine(host: "h", system: "s", architecture: "a", processors: 1, memory: 1)
    return try CoordinatorHTTP(
      RemoteAgent(
        server: address, token: token ?? self.token, name: name,
        instance: "\(installation ?? "installation-\(process)").\(process)", slots: 2, labels: [:], version: "1",
        machine: { machine }, spool: "\(folder)/spool-\(process)"), log: .none)
  }

  static let offer = AgentOffer(agent: "one", drivers: ["host"])

  static func plan(_ jobs: [PlannedJob] = [PlannedJob(name: "build", step: .script(commands: ["true"]))]) -> Plan {
    Plan(
      driver: DriverSpecification(type: "host"),
      stages: [
        PlannedStage(name: "setup", jobs: [PlannedJob(name: "create-driver", step: .createDriver)]),
        PlannedStage(name: "make", jobs: jobs),
      ], timeoutSeconds: 3600)
  }

  @discardableResult
  func submit(_ plan: Plan = RemoteWorld.plan()) async throws -> Build {
    try await scheduler.submit(
      Submission(
        owner: user, namespace: nil, kind: .pipeline, manifest: "m", plan: plan, trigger: Trigger(type: .api), tags: [])
    )
  }

  func build(_ id: BuildID) async throws -> Build? { try await store.build(id) }
  func statuses(_ id: BuildID) async throws -> [Status] { try await store.jobs(of: id, owner: user).map(\.status) }
  func text(_ job: JobID) async throws -> String {
    String(decoding: try await logs.read(job, from: 0, limit: 1 << 22), as: UTF8.self)
  }

  /// A file with these bytes.
  func upload(_ bytes: [UInt8], name: String) throws -> ArtifactUpload {
    let path = "\(folder)/file-\(UInt64.random(in: 0 ... .max))"
    try FileTree.writeAtomically(bytes, to: path)
    return ArtifactUpload(
      name: name, source: "w/\(name)", permissions: 0o755, file: try .open(path), size: Int64(bytes.count),
      program: ProgramFile(kind: .executable, architecture: "x86_64"))
  }
}

/// A server that loses answers, requests, and what it had in hand.
final class Faults: Sendable {
  private struct State {
    var lost: [(path: String, isBefore: Bool)] = []
    var paths: [String] = []
  }
  private let state = Lock(State())
  private let handler: HTTPHandler

  init(_ handler: @escaping HTTPHandler) { self.handler = handler }

  /// The next answer to a request whose path ends so is lost, after the request had its effect.
  func loseAnswer(_ path: String) { state.withLock { $0.lost.append((path, false)) } }
  /// The next request whose path ends so is lost.
  func loseRequest(_ path: String) { state.withLock { $0.lost.append((path, true)) } }
  /// The paths of all requests so far, their last parts.
  var paths: [String] { state.withLock { $0.paths } }

  func answer(_ request: HTTPRequest) async -> HTTPResponse {
    let last = request.pathSegments.last ?? ""
    let isLost = state.withLock { state -> Bool? in
      state.paths.append(last)
      guard let index = state.lost.firstIndex(where: { $0.path == last }) else { return nil }
      return state.lost.remove(at: index).isBefore
    }
    if isLost == true { return Self.lost }
    let response = await handler(request)
    return isLost == nil ? response : Self.lost
  }

  private static let lost = HTTPResponse(status: 502)
}
