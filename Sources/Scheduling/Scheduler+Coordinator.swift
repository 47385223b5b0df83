internal import Concurrency
internal import Lifecycle
internal import Logs
internal import Model
public import Queue
internal import Results
internal import Store

extension Scheduler: Coordinator {
  /// Extends the lease.
  public func renew(_ lease: Lease) async throws -> Lease {
    try await turns.withTurn(of: lease.build) {
      let agent = try withLive(lease) { $0.claimant.id }
      if let agent { state.withLock { $0.agents.touch(agent, at: clock.uptime, clock.now) } }
      let end = clock.uptime + configuration.lease
      do {
        guard try await store.renew(lease.stored, until: clock.now + configuration.lease) else {
          throw QueueError.staleLease(lease.build)
        }
      } catch  where error.isNoSpace {
        // The memory counts; what is stored is for the next start, which would merely see the lease end early.
        log.debug("lease renewed in memory only", ["build": "\(lease.build)", "error": "\(error)"])
      }
      try withLive(lease) { $0.leaseEnd = end }
      setDeadline(.lease(lease.build), at: end)
      var renewed = lease
      renewed.durationMilliseconds = configuration.lease.milliseconds
      return renewed
    }
  }

  /// Waits until the server wants the build to end.
  public func stopRequested(_ lease: Lease) async throws -> StopReason {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let now = Result { () throws -> StopReason? in
          try withLive(lease) { live in
            if Task.isCancelled { throw CancellationError() }
            if let reason = live.stopReason { return reason }
            live.stopWaiters[id] = continuation
            return nil
          }
        }
        switch now {
        case .success(let reason?): continuation.resume(returning: reason)
        case .success(nil): break
        case .failure(let error): continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      let waiting = state.withLock { $0.live[lease.build]?.stopWaiters.removeValue(forKey: id) }
      waiting?.resume(throwing: CancellationError())
    }
  }

  /// Stores changes of the build and its jobs.
  public func report(_ lease: Lease, _ changes: [ProgressChange]) async throws {
    try await turns.withTurn(of: lease.build) { try await take(changes, lease) }
  }

  /// Stores changes, in the build's turn.
  func take(_ changes: [ProgressChange], _ lease: Lease) async throws {
    let live = try withLive(lease) { $0 }
    let rows = try await sayingNoSpace("the build's progress could not be stored") {
      // Before anybody hears that a job has ended, its log is on the disk.
      try await logs.end(try live.jobsEnding(with: changes)) { ended in
        let rows = try await store.apply(try stored(changes, ended), under: lease.stored)
        // Thrown here, so that the logs do not end for an agent that has lost the build.
        guard let rows else { throw QueueError.staleLease(lease.build) }
        return rows
      }
    }
    try withLive(lease) { live in
      for job in rows.jobs { live.note(job) }
      if let build = rows.build { live.commit = build.commit }
    }
    for job in rows.jobs { limitDriver(lease.stored, job) }
    publish(rows, lease.build, live.owner)
    let nix = changes.compactMap { if case .nix(let job, _) = $0 { BuildEvent.nix(job) } else { nil } }
    hub.publish(nix, build: lease.build, owner: live.owner)
  }

  /// Changes as they are stored, with the logs that end with them.
  func stored(_ changes: [ProgressChange], _ ended: [JobID: EndedLog]) throws -> [StoredChange] {
    try changes.flatMap { change -> [StoredChange] in
      switch change {
      case .started(let job, let time): return [.started(job, at: time)]
      case .finished(let job, let status, let exitCode, let time):
        let log = ended.filter { $0.key == job }
        let size = log[job]?.state.size ?? 0
        return [.finished(job, status, exitCode: exitCode, logSize: size, at: time)] + log.keptLogs
      case .commit(let hash):
        guard [40, 64].contains(hash.utf8.count),
          hash.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { throw QueueError.invalid("'\(hash.prefix(80))' is not a commit") }
        return [.commit(hash)]
      case .results(let job, let batch):
        if let problem = batch.problem { throw QueueError.invalid(problem) }
        return [.results(job, batch)]
      case .nix(let job, let progress):
        guard progress.isValid else { throw QueueError.invalid("more is told of Nix than may be") }
        return [.nix(job, progress)]
      case .service(let progress):
        guard progress.isValid else { throw QueueError.invalid("what is told of the forge is not valid") }
        return [.service(progress)]
      }
    }
  }

  /// The creation of the driver has a limit of its own.
  func limitDriver(_ lease: StoredLease, _ job: Job) {
    guard state.withLock({ $0.live[lease.build]?.driverJobs.contains(job.id) }) == true else { return }
    if job.status == .running {
      setDeadline(.driver(lease.build), at: clock.uptime + configuration.driverCreationLimit)
    } else {
      state.withLock { $0.deadlines.remove(.driver(lease.build)) }
    }
  }
}

extension LiveBuild {
  /// Takes over a job's new status.
  mutating func note(_ job: Job) {
    if job.status.isFinal {
      openJobs[job.id] = nil
    } else {
      openJobs[job.id, default: OpenJob(status: job.status, logSize: 0)].status = job.status
    }
  }
}

extension [JobID: EndedLog] {
  /// The contents that are to be stored with the jobs.
  var keptLogs: [StoredChange] { compactMap { job, log in log.content.map { .keptLog(job, $0) } } }
}
