public import Model

/// Who has a build, and until when.
public struct StoredLease: Sendable, Hashable {
  /// The build.
  public var build: BuildID
  /// Grows with every claim; a write with an older one is refused.
  public var fence: Int64

  /// A lease as a write names it.
  public init(build: BuildID, fence: Int64) {
    self.build = build
    self.fence = fence
  }
}

/// Who claims a build.
public struct Claimant: Sendable, Hashable {
  /// The agent's name, for people.
  public var agent: String
  /// The process that it lives in: leases of a process that has ended are void.
  public var instance: String
  /// The agent, where it is known by more than its name.
  public var id: AgentID?

  /// A claimant.
  public init(agent: String, instance: String, id: AgentID? = nil) {
    self.id = id
    self.agent = agent
    self.instance = instance
  }
}

/// A build that was claimed, with everything that the agent needs.
public struct ClaimedBuild: Sendable {
  /// The build, running.
  public var build: Build
  /// The lease's fence.
  public var fence: Int64
  /// What to do.
  public var plan: Plan
  /// The jobs in order of execution; beyond those of the plan the ones that an earlier attempt has found out.
  public var jobs: [Job]
}

/// A running build as recovery and the timers see it.
public struct RunningBuild: Sendable, Hashable {
  /// The lease that it runs under.
  public var lease: StoredLease
  /// Whose it is.
  public var owner: UserID
  /// Who has it.
  public var claimant: Claimant
  /// When the lease ends.
  public var leaseUntil: Timestamp
  /// When this attempt began.
  public var claimedAt: Timestamp
  /// How long an attempt may take.
  public var timeout: Duration
  /// Counts the agents that have begun it.
  public var attempt: Int
  /// Why it is to end, where somebody wants it to: a final status.
  public var stop: Status?
}

extension Store {
  /// Gives a queued build to `claimant`, whose work begins with it: the first job runs. nil where the build is not
  /// queued any more. The first claim sets `startedAt`.
  /// Throws `StoreError.damaged`, and leaves the build queued, where its plan cannot be read.
  public func claim(
    _ entry: QueuedBuild, by claimant: Claimant, until leaseUntil: Timestamp, turn: Int64, at now: Timestamp
  ) async throws -> ClaimedBuild? {
    try await database.write { [sealer] connection in
      let build = try connection.moveBuild(
        entry.id, to: .running,
        setting: """
          fence = fence + 1, attempt = attempt + 1, requeued = 0, agent = $3, agent_instance = $4, agent_id = $7,
          claimed_at = $5, lease_until = $6, started_at = COALESCE(started_at, $5), stop_reason = NULL
          """,
        [
          .text(claimant.agent), .text(claimant.instance), .integer(now.milliseconds),
          .integer(leaseUntil.milliseconds), .optional(claimant.id?.rawValue),
        ])
      guard let build else { return nil }
      try connection.noteServed(entry, turn: turn)
      let row = try connection.first(
        "SELECT b.fence, \(StoredPlan.columns) FROM builds b JOIN build_plans p ON p.build = b.id WHERE b.id = $1",
        [.integer(entry.id.rawValue)]
      ) { ($0.integer(0) ?? 0, StoredPlan(row: $0, at: 1)) }
      guard let row else { throw StoreError.missing(table: "build_plans", id: entry.id.rawValue) }
      let plan = try row.1.plan(of: build.id, sealer)
      try connection.startFirstJob(of: entry.id, at: now)
      return ClaimedBuild(build: build, fence: row.0, plan: plan, jobs: try connection.jobs(of: entry.id))
    }
  }

  /// Extends a lease; false where it is not the build's any more.
  public func renew(_ lease: StoredLease, until: Timestamp) async throws -> Bool {
    try await database.write { connection in
      try connection.execute(
        "UPDATE builds SET lease_until = $3 WHERE id = $1 AND fence = $2 AND status = 'running'",
        [.integer(lease.build.rawValue), .integer(lease.fence), .integer(until.milliseconds)]) == 1
    }
  }

  /// True where the build does not run and nobody has had it since: it has ended or is queued.
  public func isOver(_ lease: StoredLease) async throws -> Bool {
    try await database.read { connection in
      let status = try connection.first(
        "SELECT status FROM builds WHERE id = $1 AND fence = $2",
        [.integer(lease.build.rawValue), .integer(lease.fence)]
      ) { $0.text(0) ?? "" }
      return status.map { $0 != Status.running.rawValue } ?? false
    }
  }

  /// Notes that a running build is to end with `status`, so that this outlives the server. False where the lease is
  /// not the build's any more.
  public func requestStop(_ lease: StoredLease, _ status: Status, reason: String?) async throws -> Bool {
    try await database.write { connection in
      try connection.execute(
        """
        UPDATE builds SET stop_reason = COALESCE(stop_reason, $3), reason = COALESCE(reason, $4)
        WHERE id = $1 AND fence = $2 AND status = 'running'
        """, [.integer(lease.build.rawValue), .integer(lease.fence), .text(status.rawValue), .optional(reason)]) == 1
    }
  }

  /// All builds that wait, oldest first, and for each line of the queue the turn when it was last served.
  public func queuedBuilds() async throws -> (builds: [QueuedBuild], turns: [QueueLine: Int64]) {
    try await database.read { connection in
      let builds = try connection.all(
        "SELECT id, owner, namespace, requeued, created_at, \(AgentRequirement.columns) FROM builds WHERE status = 'queued' ORDER BY id"
      ) { row in
        QueuedBuild(
          id: BuildID(rawValue: row.integer(0) ?? 0), owner: UserID(rawValue: row.integer(1) ?? 0),
          namespace: row.integer(2).map(NamespaceID.init(rawValue:)), needs: AgentRequirement(row: row, at: 5),
          isRequeued: row.integer(3) == 1, createdAt: row.time(4) ?? Timestamp(milliseconds: 0))
      }
      var turns: [QueueLine: Int64] = [:]
      try connection.query("SELECT id, served FROM users WHERE served > 0", []) { row in
        turns[.owner(UserID(rawValue: row.integer(0) ?? 0))] = row.integer(1)
      }
      try connection.query("SELECT id, served FROM namespaces WHERE served > 0", []) { row in
        turns[.namespace(NamespaceID(rawValue: row.integer(0) ?? 0))] = row.integer(1)
      }
      return (builds, turns)
    }
  }

  /// All builds that run.
  public func runningBuilds() async throws -> [RunningBuild] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT id, fence, owner, agent, agent_instance, lease_until, claimed_at, timeout_ms, attempt, stop_reason,
          agent_id
        FROM builds WHERE status = 'running' ORDER BY id
        """
      ) { row in
        RunningBuild(
          lease: StoredLease(build: BuildID(rawValue: row.integer(0) ?? 0), fence: row.integer(1) ?? 0),
          owner: UserID(rawValue: row.integer(2) ?? 0),
          claimant: Claimant(
            agent: row.text(3) ?? "", instance: row.text(4) ?? "", id: row.integer(10).map(AgentID.init(rawValue:))),
          leaseUntil: row.time(5) ?? Timestamp(milliseconds: 0), claimedAt: row.time(6) ?? Timestamp(milliseconds: 0),
          timeout: .milliseconds(row.integer(7) ?? 0), attempt: Int(clamping: row.integer(8) ?? 1),
          stop: row.text(9).flatMap(Status.init))
      }
    }
  }
}

/// A line of the queue: builds of one namespace, or those of one owner outside of any. Lines are served in turn.
public enum QueueLine: Sendable, Hashable {
  /// An owner's builds without a namespace.
  case owner(UserID)
  /// A namespace's builds.
  case namespace(NamespaceID)
}

extension QueuedBuild {
  /// The line that it stands in.
  public var line: QueueLine { namespace.map { .namespace($0) } ?? .owner(owner) }
}

extension DatabaseConnection {
  fileprivate func noteServed(_ entry: QueuedBuild, turn: Int64) throws {
    switch entry.line {
    case .owner(let id):
      try execute("UPDATE users SET served = $2 WHERE id = $1", [.integer(id.rawValue), .integer(turn)])
    case .namespace(let id):
      try execute("UPDATE namespaces SET served = $2 WHERE id = $1", [.integer(id.rawValue), .integer(turn)])
    }
  }

  /// True where the lease is the build's. A write rather than a read, so that a database with several writers keeps
  /// others from changing it until this transaction has ended.
  func holds(_ lease: StoredLease) throws -> Bool {
    try execute(
      "UPDATE builds SET fence = fence WHERE id = $1 AND fence = $2 AND status = 'running'",
      [.integer(lease.build.rawValue), .integer(lease.fence)]) == 1
  }
}
