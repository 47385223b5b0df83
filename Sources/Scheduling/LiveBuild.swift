internal import Model
internal import Queue
internal import Store

/// A running build as the server keeps it in memory. The database has the last word on every change of state; this is
/// what decides about log bytes, which do not go through the database, and what timers and waiting agents look at.
struct LiveBuild {
  /// The lease that it runs under.
  let lease: StoredLease
  let owner: UserID
  /// Who has it, for people.
  let claimant: Claimant
  let attempt: Int
  /// How long it may run from `begun` on.
  var timeout: Duration
  /// When this attempt began, by the clock's `uptime`.
  let begun: Duration
  /// When the lease ends, by the clock's `uptime`.
  var leaseEnd: Duration
  /// The jobs that have not ended, with what their logs hold.
  var openJobs: [JobID: OpenJob]
  /// All its jobs.
  private(set) var jobs: Set<JobID>
  /// The jobs that create a driver, whose time is limited.
  private(set) var driverJobs: Set<JobID>
  var commit: String?
  /// True once it has stored an artifact in this server's time.
  var hasArtifacts = false
  /// The final status that the server wants the build to have.
  var stop: Status?
  /// Why it is stopped, where the full disk did not take it: it is stored with the end.
  var unstoredReason: String?
  /// True once the server ends it itself: nothing more is taken from the agent.
  var isRevoked = false
  /// Agents' calls that wait to hear of a stop.
  var stopWaiters: [UInt64: CheckedContinuation<StopReason, any Error>] = [:]

  /// A job that has not ended.
  struct OpenJob {
    var status: Status
    var logSize: Int64
    /// True once output was refused because the log had reached its limit.
    var isFull = false
  }

  init(
    lease: StoredLease, build: Build, claimant: Claimant, timeout: Duration, begun: Duration,
    leaseEnd: Duration, jobs: [Job],
    logSizes: [JobID: Int64] = [:]
  ) {
    self.lease = lease
    self.claimant = claimant
    self.timeout = timeout
    self.begun = begun
    self.leaseEnd = leaseEnd
    owner = build.owner
    attempt = build.attempt
    commit = build.commit
    self.jobs = Set(jobs.map(\.id))
    openJobs = [:]
    for job in jobs where !job.status.isFinal {
      openJobs[job.id] = OpenJob(status: job.status, logSize: logSizes[job.id] ?? job.logSize)
    }
    driverJobs = Set(jobs.filter { $0.position == 0 && $0.stage == setupStageName }.map(\.id))
  }

  /// Goes on with the plan that its `detect` job has found.
  mutating func extend(_ plan: Plan, jobs new: [Job], logSizes: [JobID: Int64]) {
    timeout = .seconds(plan.timeoutSeconds)
    let kept = Set(new.map(\.id))
    openJobs = openJobs.filter { kept.contains($0.key) }
    for job in new where !job.status.isFinal && openJobs[job.id] == nil {
      openJobs[job.id] = OpenJob(status: job.status, logSize: logSizes[job.id] ?? 0)
    }
    jobs = kept
    driverJobs = Set(zip(new, plan.jobs).filter { $1.job.step == .createDriver }.map(\.0.id))
  }

  /// Jobs whose logs may hold something and have to be ended with the build.
  var jobsWithLogs: [JobID] {
    openJobs.filter { $0.value.status == .running || $0.value.logSize > 0 }.keys.sorted()
  }

  /// What becomes of it when its agent reports this end after the last `changes`: what the server has asked for, unless
  /// all its jobs had ended before the agent heard of it. Then nothing of the build was stopped, and its own result
  /// stands.
  func end(reported status: Status, after changes: [ProgressChange]) -> Status {
    guard let stop else { return status }
    let ended = changes.compactMap { change in
      if case .finished(let job, _, _, _) = change { job } else { nil }
    }
    return Set(openJobs.keys).subtracting(ended).isEmpty && status.isFinal ? status : stop
  }

  /// The jobs whose logs end with these changes. Throws for a status that no job can end with.
  func jobsEnding(with changes: [ProgressChange]) throws -> [JobID] {
    try changes.compactMap { change in
      guard case .finished(let job, let status, _, _) = change else { return nil }
      guard status.isFinal, status != .passedWithFailures else {
        throw QueueError.invalid("a job cannot end as \(status.rawValue)")
      }
      // A job without an entry has ended before, or is another build's: the database answers.
      guard let open = openJobs[job], status != .skipped || open.logSize > 0 else { return nil }
      return job
    }
  }

  /// Why the agent should stop; nil as long as it should not.
  var stopReason: StopReason? {
    switch stop {
    case .some(.timedOut): .timedOut
    case .some: .killed
    case nil: nil
    }
  }
}
