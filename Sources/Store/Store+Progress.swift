public import Model

/// A change of a job or build that an agent has reported, complete for storing.
public enum StoredChange: Sendable, Hashable {
  /// The job runs.
  case started(JobID, at: Timestamp)
  /// The job has ended, with this many bytes of log.
  case finished(JobID, Status, exitCode: Int32?, logSize: Int64, at: Timestamp)
  /// The content of the log of a job that ends with these changes, where the log store does not keep it.
  case keptLog(JobID, [UInt8])
  /// The first source's commit.
  case commit(String)
  /// What was found in the job.
  case results(JobID, ResultBatch)
  /// How far the job has come with Nix, as a whole.
  case nix(JobID, NixProgress)
  /// What of the service's build is on the forge, as a whole.
  case service(ServiceProgress)
}

/// What a change has left behind: rows as they stand after the commit.
public struct ChangedRows: Sendable, Hashable {
  /// The build, where it has changed.
  public var build: Build?
  /// The jobs that have changed, in the order of the changes.
  public var jobs: [Job]

  /// Changed rows.
  public init(build: Build?, jobs: [Job]) {
    self.build = build
    self.jobs = jobs
  }
}

/// How a build is put back on the queue.
public enum Requeue: Sendable, Hashable {
  /// Its agent gave it back: the attempt does not count.
  case givenBack
  /// Its agent was lost.
  case lost
}

extension Store {
  /// Stores changes under a lease, all or none; nil where the lease is not the build's any more. A change that was
  /// stored already is left, so that a report may be repeated. Throws `StoreError.transition` for one that cannot be.
  public func apply(_ changes: [StoredChange], under lease: StoredLease) async throws -> ChangedRows? {
    try await database.write { connection in
      guard try connection.holds(lease) else { return nil }
      var rows = ChangedRows(build: nil, jobs: [])
      for change in changes { try connection.apply(change, of: lease.build, &rows) }
      return rows
    }
  }

  /// Ends a build: `changes` are stored as `apply` does, then its running jobs get `jobs`, and those that never ran
  /// become `skipped`. With a lease only where it is still the build's; without one, a queued build. nil where that is
  /// not so.
  public func finish(
    _ id: BuildID, lease: StoredLease?, after changes: [StoredChange] = [], status: Status, jobs: Status,
    reason: String?, logSizes: [JobID: Int64], at now: Timestamp
  ) async throws -> ChangedRows? {
    try await database.write { connection in
      let open = Set(try connection.jobs(of: id).filter { !$0.status.isFinal }.map(\.id))
      let condition = lease == nil ? "status = 'queued'" : "fence = $5 AND status = 'running'"
      let moved = try connection.moveBuild(
        id, to: status, where: condition,
        // The reason of a stop that came too late is none for the end that the build had.
        setting: """
          finished_at = $3, lease_until = NULL, requeued = 0,
          reason = CASE WHEN stop_reason IS NULL OR stop_reason = $2 THEN COALESCE(reason, $4) ELSE $4 END
          """,
        [.integer(now.milliseconds), .optional(reason)] + (lease.map { [.integer($0.fence)] } ?? []))
      guard let moved else { return nil }
      var rows = ChangedRows(build: moved, jobs: [])
      for change in changes { try connection.apply(change, of: id, &rows) }
      for (job, size) in logSizes { try connection.setLogSize(size, of: job) }
      let reported = rows.jobs.filter(\.status.isFinal)
      // As a rule the agent has told of the end of each.
      if logSizes.isEmpty, open.isSubset(of: reported.map(\.id)) {
        rows.jobs = reported
        return rows
      }
      try connection.moveJobs(of: id, from: .running, to: jobs, at: now)
      try connection.moveJobs(of: id, from: .queued, to: .skipped, at: now)
      rows.jobs = try connection.jobs(of: id).filter { open.contains($0.id) }
      return rows
    }
  }

  /// Puts a running build back on the queue, before all others. Jobs that were running are queued again; those that
  /// had ended keep their rows and logs, and new ones stand in their place, as for running ones whose logs have
  /// `ended`. nil where the lease is not the build's.
  public func requeue(
    _ lease: StoredLease, _ requeue: Requeue, endedLogs ended: Set<JobID> = [], at now: Timestamp
  ) async throws -> (rows: ChangedRows, entry: QueuedBuild)? {
    try await database.write { connection in
      let attempt = requeue == .givenBack ? ", attempt = attempt - 1" : ""
      let moved = try connection.moveBuild(
        lease.build, to: .queued, where: "fence = $3",
        setting: "requeued = 1, lease_until = NULL, agent = NULL, agent_instance = NULL, agent_id = NULL\(attempt)",
        [.integer(lease.fence)])
      guard moved != nil else { return nil }
      try connection.forgetResults(of: lease.build)
      guard let build = try connection.build(lease.build) else { return nil }
      for id in ended {
        _ = try connection.moveJob(
          id, of: lease.build, to: .failed, setting: "finished_at = $4", [.integer(now.milliseconds)])
      }
      let before = try connection.jobs(of: lease.build)
      try connection.moveJobs(of: lease.build, from: .running, to: .queued, at: now)
      for job in before where job.status.isFinal { try connection.supersede(job, owner: build.owner) }
      let unchanged = Set(before.filter { $0.status == .queued }.map(\.id))
      let jobs = try connection.jobs(of: lease.build).filter { !unchanged.contains($0.id) }
      return (ChangedRows(build: build, jobs: jobs), try connection.queueEntry(build))
    }
  }
}

extension DatabaseConnection {
  fileprivate func apply(_ change: StoredChange, of build: BuildID, _ rows: inout ChangedRows) throws {
    switch change {
    case .started(let job, let time):
      let moved = try moveJob(
        job, of: build, to: .running, setting: "started_at = COALESCE(started_at, $4)", [.integer(time.milliseconds)])
      try note(moved, job, build, .running, &rows)
    case .finished(let job, let status, let exitCode, let logSize, let time):
      let moved = try moveJob(
        job, of: build, to: status, setting: "exit_code = $4, log_size = $5, finished_at = $6",
        [.optional(exitCode.map(Int64.init)), .integer(logSize), .integer(time.milliseconds)])
      try note(moved, job, build, status, &rows)
    case .keptLog(let job, let content): try keepLog(content, of: job, build)
    case .commit(let hash):
      try execute("UPDATE builds SET commit_hash = $2 WHERE id = $1", [.integer(build.rawValue), .text(hash)])
      rows.build = try self.build(build)
      if let changed = rows.build { try refreshSearch(of: changed) }
    case .results(let job, let batch):
      try store(batch, of: job, build)
      rows.build = try self.build(build)
    case .nix(let job, let progress): try store(progress, of: job, build)
    case .service(let progress):
      try store(progress, of: build)
      rows.build = try self.build(build)
    }
  }

  /// Notes a job that has moved. One that was where it should go already is left.
  private func note(
    _ moved: Job?, _ id: JobID, _ build: BuildID, _ status: Status, _ rows: inout ChangedRows
  ) throws {
    if let moved { return rows.jobs.append(moved) }
    let job = try first(
      "SELECT \(Job.columns) FROM jobs j WHERE j.id = $1 AND j.build = $2",
      [.integer(id.rawValue), .integer(build.rawValue)], Job.init(row:))
    guard let job else { throw StoreError.missing(table: "jobs", id: id.rawValue) }
    guard job.status == status else {
      throw StoreError.transition(job: id.rawValue, from: job.status, to: status)
    }
  }

  fileprivate func setLogSize(_ size: Int64, of job: JobID) throws {
    try execute("UPDATE jobs SET log_size = $2 WHERE id = $1", [.integer(job.rawValue), .integer(size)])
  }

  /// Puts a queued job in the place of one that has ended.
  fileprivate func supersede(_ job: Job, owner: UserID) throws {
    try putAside(job.id)
    let id = try insertJob(
      job.position, stage: job.stage, name: job.name, build: job.build, owner: owner, at: job.createdAt)
    try supersede(job.id, by: id)
  }

  /// Takes a job out of the way of the unique index, under a number that is nobody else's, until it is known what
  /// stands in its place.
  func putAside(_ job: JobID) throws {
    try execute("UPDATE jobs SET superseded = -id WHERE id = $1", [.integer(job.rawValue)])
  }

  /// Names the job that stands in the place of another one, and has that one's artifacts.
  func supersede(_ job: JobID, by other: JobID) throws {
    let parameters: [DatabaseValue] = [.integer(job.rawValue), .integer(other.rawValue)]
    try execute("UPDATE jobs SET superseded = $2 WHERE id = $1", parameters)
    try execute("UPDATE artifacts SET job = $2 WHERE job = $1", parameters)
  }

  fileprivate func queueEntry(_ build: Build) throws -> QueuedBuild {
    let namespace = try first("SELECT namespace FROM builds WHERE id = $1", [.integer(build.id.rawValue)]) {
      $0.integer(0)
    }
    return QueuedBuild(
      id: build.id, owner: build.owner, namespace: namespace?.map(NamespaceID.init(rawValue:)), needs: build.needs,
      isRequeued: true, createdAt: build.createdAt)
  }
}
