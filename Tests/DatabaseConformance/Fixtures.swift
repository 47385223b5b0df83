import Crypto
import Model
import Store
import Testing

/// A moment, `milliseconds` after a fixed one.
func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: 1_800_000_000_000 + milliseconds) }

/// A migrated store and a user in it.
struct Fixture {
  let store: Store
  let user: User

  init(_ database: any Database, sealer: Sealer? = nil) async throws {
    store = Store(database: database, sealer: try sealer ?? .ephemeral())
    try await store.migrate(at: at(0))
    user = try await store.ensureUser(name: "admin", at: at(0))
  }

  static func plan(
    jobs: [String] = ["create-driver", "build", "test"], sources: [String] = [], masked: [String] = []
  ) -> Plan {
    Plan(
      driver: DriverSpecification(type: "host"),
      sources: sources.map { Source(url: $0, directory: "d") },
      stages: [
        PlannedStage(name: "setup", jobs: jobs.prefix(1).map { PlannedJob(name: $0, step: .createDriver) }),
        PlannedStage(
          name: "make", jobs: jobs.dropFirst().map { PlannedJob(name: $0, step: .script(commands: ["true"])) }),
      ], timeoutSeconds: 60, maskedValues: masked)
  }

  @discardableResult
  func submit(
    owner: UserID? = nil, namespace: String? = nil, kind: BuildKind = .pipeline, comment: String = "",
    tags: [String] = [], sources: [String] = [], data: [String: String] = [:], move: RefMove? = nil, time: Int64 = 0
  ) async throws -> (build: Build, jobs: [Job], entry: QueuedBuild) {
    let new = Submission(
      owner: owner ?? user.id, namespace: namespace, kind: kind, manifest: "driver: {type: host}\n",
      plan: Self.plan(sources: sources), trigger: Trigger(type: .api, comment: comment, data: data), tags: tags,
      move: move)
    return try await store.submit(new, at: at(time))
  }

  func claim(_ entry: QueuedBuild, turn: Int64 = 1, time: Int64 = 10) async throws -> ClaimedBuild {
    try #require(
      try await store.claim(
        entry, by: Claimant(agent: "one", instance: "p1"), until: at(time + 30_000), turn: turn, at: at(time)))
  }

  func ids(_ query: BuildQuery) async throws -> [Int64] { try await store.builds(query).builds.map(\.number) }
}

extension ClaimedBuild {
  var lease: StoredLease { StoredLease(build: build.id, fence: fence) }
}
