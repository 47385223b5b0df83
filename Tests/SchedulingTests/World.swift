import Artifacts
import ArtifactsFile
import Crypto
import DatabaseSQLite
import Files
import Lifecycle
import ManualTime
import Logs
import LogsFile
import Model
import Queue
import Store
import Testing

@testable import Scheduling

/// A server's stores in a folder of their own, and a scheduler over them that can be lost and started again.
struct World {
  let folder: TemporaryFolder
  let database: any Database
  let store: Store
  let logs: any LogStore
  private let logFiles: LogsFile?
  let artifacts: ArtifactsFile
  let clock = ManualClock()
  let user: UserID
  var configuration = SchedulingConfiguration()
  var scheduler: Scheduler

  init(
    logsInMemory: Bool = false, _ change: (inout SchedulingConfiguration) -> Void = { _ in }
  ) async throws {
    folder = try TemporaryFolder()
    var settings = SQLiteDatabase.Configuration()
    settings.survivesPowerLoss = false
    database = try await SQLiteDatabase.open(folder.path + "/wright.db", configuration: settings)
    store = Store(database: database, sealer: try .ephemeral())
    try await store.migrate(at: clock.now)
    user = try await store.ensureUser(name: "admin", at: clock.now).id
    logFiles = logsInMemory ? nil : try await LogsFile(directory: folder.path + "/logs", small: store) { _, _ in }
    logs = logFiles ?? MemoryLogs()
    artifacts = try ArtifactsFile(directory: folder.path + "/artifacts")
    configuration.administrator = user
    change(&configuration)
    scheduler = Scheduler(
      store: store, logs: logs, artifacts: artifacts, configuration: configuration, clock: clock, log: .none)
  }

  /// What `kill -9` and a new start do: nothing of the old scheduler is left but what it has stored.
  mutating func restart() async throws {
    scheduler = Scheduler(
      store: store, logs: logs, artifacts: artifacts, configuration: configuration, clock: clock, log: .none)
    try await scheduler.recover()
  }

  func close() async {
    logFiles?.stop()
    artifacts.stop()
    await database.close()
  }

  static func plan(driver: String = "host", timeout: Int64 = 3600) -> Plan {
    Plan(
      driver: DriverSpecification(type: driver),
      stages: [
        PlannedStage(name: "setup", jobs: [PlannedJob(name: "create-driver", step: .createDriver)]),
        PlannedStage(
          name: "make",
          jobs: ["build", "test"].map { PlannedJob(name: $0, step: .script(commands: ["true"])) }),
      ], timeoutSeconds: timeout)
  }

  @discardableResult
  func submit(
    namespace: String? = nil, driver: String = "host", timeout: Int64 = 3600, tags: [String] = []
  ) async throws -> Build {
    try await scheduler.submit(
      Submission(
        owner: user, namespace: namespace, kind: .pipeline, manifest: "m",
        plan: Self.plan(driver: driver, timeout: timeout),
        trigger: Trigger(type: .api), tags: tags))
  }

  func claim(_ agent: String = "one", drivers: [String] = ["host"]) async throws -> Assignment {
    try await scheduler.claim(AgentOffer(agent: agent, drivers: drivers))
  }

  /// Submits a build and has an agent take it.
  func running(timeout: Int64 = 3600) async throws -> Assignment {
    try await submit(timeout: timeout)
    return try await claim()
  }

  /// Goes through all jobs of a build, and ends it.
  func run(_ assignment: Assignment, _ status: Status = .passed) async throws {
    for job in assignment.jobs {
      try await scheduler.report(assignment.lease, [.started(job.id, at: clock.now)])
      _ = try await scheduler.appendLog(
        assignment.lease, job: job.id, at: job.logSize, Array("out\n".utf8), elapsedMilliseconds: 1)
      try await scheduler.report(assignment.lease, [.finished(job.id, .passed, exitCode: 0, at: clock.now)])
    }
    try await scheduler.finish(assignment.lease, BuildOutcome(status: status))
  }

  /// Moves the clock and acts on the deadlines that have come.
  func wait(_ duration: Duration) async {
    clock.advance(by: duration)
    await scheduler.meetDeadlines()
  }

  func build(_ id: BuildID) async throws -> Build { try #require(try await store.build(id)) }
  func jobs(_ id: BuildID) async throws -> [Job] { try await store.jobs(of: id, owner: user) }
  func text(_ job: JobID) async throws -> String {
    String(decoding: try await logs.read(job, from: 0, limit: 1 << 20), as: UTF8.self)
  }

  /// A file with this content.
  func file(_ text: String) throws -> FileDescriptor {
    let path = folder.path + "/upload"
    try FileTree.writeAtomically(Array(text.utf8), to: path)
    return try FileDescriptor.open(path)
  }

  func upload(_ text: String, name: String = "out/tool", size: Int64? = nil) throws -> ArtifactUpload {
    ArtifactUpload(
      name: name, source: "w/" + name, permissions: 0o755, file: try file(text), size: size ?? Int64(text.utf8.count))
  }
}

/// True where `body` is refused because the lease is not the build's any more.
func isStale(_ body: () async throws -> Void) async throws -> Bool {
  do {
    try await body()
    return false
  } catch QueueError.staleLease {
    return true
  }
}
