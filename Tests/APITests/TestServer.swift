import API
import Artifacts
import ArtifactsFile
import Concurrency
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

/// The API over a real database, real stores and the real scheduler in a folder of its own, with two users. The test
/// plays the agent.
final class TestServer: Sendable {
  /// What stands in for a part of it.
  struct Parts: Sendable {
    var logs: (any LogStore)?
    var queue: (@Sendable (Scheduler) -> any BuildQueue)?
  }

  let store: Store
  let scheduler: Scheduler
  let registry: StoreRegistry
  let logs: LogsFile
  let artifacts: ArtifactsFile
  let authentication: TokenAuthentication
  var streams: EventStreams { authentication.streams }
  let router: Router
  let admin: User
  let token: String
  let otherToken: String
  let folder: String
  let logged: Lock<[String]>
  let leases = Lock<[BuildID: Lease]>([:])
  private let database: any Database

  static let clock: @Sendable () -> Timestamp = { SystemClock().now }

  private init(folder: String, _ parts: Parts) async throws {
    self.folder = folder
    database = try await SQLiteDatabase.open(folder + "/wright.db")
    store = Store(database: database, sealer: try .ephemeral())
    _ = try await store.migrate(at: Self.clock())
    logs = try await LogsFile(directory: folder + "/logs", small: store) { _, _ in }
    artifacts = try ArtifactsFile(directory: folder + "/artifacts")
    admin = try await store.ensureUser(name: "admin", at: Self.clock())
    var configuration = SchedulingConfiguration()
    configuration.administrator = admin.id
    scheduler = Scheduler(store: store, logs: logs, artifacts: artifacts, configuration: configuration, log: .none)
    try await scheduler.recover()
    registry = StoreRegistry(store: store, queue: scheduler)
    authentication = TokenAuthentication(store: store, clock: Self.clock)
    let other = try await store.ensureUser(name: "other", at: Self.clock())
    token = try await authentication.create(owner: admin.id, kind: .user).text
    otherToken = try await authentication.create(owner: other.id, kind: .user).text
    let logged = Lock<[String]>([])
    self.logged = logged
    let api = API(
      APIDependencies(
        store: store, queue: parts.queue?(scheduler) ?? scheduler, repositories: registry, logs: parts.logs ?? logs,
        artifacts: artifacts,
        authentication: authentication, limits: APILimits(manifestBytes: 100_000), version: "1.2.3",
        clock: Self.clock,
        log: Logger(minimum: .debug) { line in logged.withLock { $0.append(String(decoding: line, as: UTF8.self)) } },
        metricSources: [{ "test_metric 1" }], webhooks: FakeWebhooks(), directory: scheduler))
    router = Router(routes: api.routes, hooks: api.hooks(), authenticate: authentication.authenticate)
  }

  /// Runs `body` with a server, and removes everything afterwards.
  static func run(_ parts: Parts = Parts(), _ body: (TestServer) async throws -> Void) async throws {
    var template = Array("/tmp/wright-api-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError.last("mkdtemp") }
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { try? FileTree.removeTree(folder) }
    let server = try await TestServer(folder: folder, parts)
    do {
      try await body(server)
    } catch {
      await server.close()
      throw error
    }
    await server.close()
  }

  func close() async {
    await database.close()
    logs.stop()
    artifacts.stop()
  }

  /// Sends a request as the admin.
  func send(
    _ method: String, _ target: String, _ headers: [String: String] = [:], body: String? = nil, token: String?? = nil
  ) async -> HTTPResponse {
    var fields = headers
    if let bearer = token ?? self.token { fields["Authorization"] = fields["Authorization"] ?? "Bearer \(bearer)" }
    if body != nil { fields["Content-Type"] = fields["Content-Type"] ?? "application/json" }
    return await router.respond(
      to: .make(method, target, HTTPHeaders(fields.map { (name: $0.key, value: $0.value) }), body: body))
  }

  func get(_ target: String, _ headers: [String: String] = [:]) async -> HTTPResponse {
    await send("GET", target, headers)
  }

  static let manifest = "driver: {type: host}\nstages: [test]\njobs:\n- {stage: test, name: unit, commands: [make]}\n"

  /// Submits a build and returns it with its jobs.
  func submit(_ manifest: String = manifest, fields: String = "") async throws -> (build: Build, jobs: [Job]) {
    let body = "{\"manifest\":\(JSONText.quote(manifest))\(fields)}"
    let response = await send("POST", "/api/v1/builds", body: body)
    guard response.status == 201, let id = try await response.json()["id"].integer,
      let found = try await store.buildWithJobs(BuildID(rawValue: id), owner: admin.id)
    else { throw Unexpected(what: "\(response.status): \(try await response.text())") }
    return found
  }
}

struct Unexpected: Error {
  var what: String
}
