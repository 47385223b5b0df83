internal import Concurrency
internal import Lifecycle
public import Model
public import Queue

extension CoordinatorHTTP {
  /// Keeps the bytes, which are sent meanwhile. What was refused of earlier ones is thrown here.
  public func appendLog(
    _ lease: Lease, job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64
  ) async throws -> Int64 {
    let log = state.withLock { state -> SpooledLog? in
      guard state.held[lease.build]?.lease.fence == lease.fence else { return nil }
      if let log = state.held[lease.build]?.logs[job] { return log }
      let log = SpooledLog(
        job, of: HeldLease(build: lease.build, fence: lease.fence), at: offset,
        path: "\(agent.spool)/\(lease.build)-\(lease.fence)-\(job)", limit: agent.spoolLimit, link: link,
        threads: threads, log: self.log)
      state.held[lease.build]?.logs[job] = log
      return log
    }
    guard let log else { throw QueueError.staleLease(lease.build) }
    return try await log.append(bytes, at: offset, elapsedMilliseconds: elapsedMilliseconds)
  }

  /// Reports changes, with what is left of the logs that they are about.
  public func report(_ lease: Lease, _ changes: [ProgressChange]) async throws {
    let (ended, touched) = Self.jobs(changes)
    try await withLogs(lease, changes, of: { touched.contains($0) }, ended: ended) { progress in
      try await link.tell("leases/\(lease.build)/changes", progress, fence: lease.fence)
    }
  }

  /// Ends the build or gives it back. Where nothing else is asking for a build, the same request asks for the next.
  public func finish(_ lease: Lease, after changes: [ProgressChange], _ outcome: BuildOutcome) async throws {
    // Whatever the logs hold, nobody will send it later; those of jobs that run end with the build.
    let logs = state.withLock { $0.held[lease.build]?.logs ?? [:] }
    let ended = outcome.status.isFinal ? Set(logs.keys) : Self.jobs(changes).ended
    try await withLogs(lease, changes, of: { _ in true }, ended: ended) { progress in
      try await end(lease, progress, outcome)
    }
    await forget(lease)
  }

  private func end(_ lease: Lease, _ progress: ProgressMessage, _ outcome: BuildOutcome) async throws {
    let claim = state.withLock { state -> ClaimRequest? in
      guard let offer = state.offer, let (sequence, holding) = begin(&state) else { return nil }
      return request(offer, sequence, holding.filter { $0.build != lease.build }, wait: 0)
    }
    let message = EndMessage(progress: progress, outcome: outcome, claim: claim)
    var answer: ClaimAnswer?
    defer { if claim != nil { take(answer, isReady: true) } }
    answer = try await link.ask("leases/\(lease.build)/finish", message, fence: lease.fence)
  }

  /// Tells changes together with what is left of the logs of jobs that end with them, or in which something was found:
  /// nobody hears of either before the lines are there.
  private func withLogs(
    _ lease: Lease, _ changes: [ProgressChange], of isTouched: (JobID) -> Bool, ended: Set<JobID>,
    _ tell: (ProgressMessage) async throws -> Void
  ) async throws {
    let logs = state.withLock { state in
      guard let held = state.held[lease.build], held.lease.fence == lease.fence else { return [JobID: SpooledLog]() }
      return held.logs.filter { ended.contains($0.key) || isTouched($0.key) }
    }
    do {
      try await deliver(changes, with: logs, ended: ended, tell)
    } catch {
      for log in logs.values { await log.release() }
      throw error
    }
    for (job, log) in logs {
      if ended.contains(job) { await log.forget() } else { await log.release() }
    }
    state.withLock { state in
      for job in ended { state.held[lease.build]?.logs[job] = nil }
    }
  }

  private func deliver(
    _ changes: [ProgressChange], with logs: [JobID: SpooledLog], ended: Set<JobID>,
    _ tell: (ProgressMessage) async throws -> Void
  ) async throws {
    while true {
      var left: [LoggedOutput] = []
      for (job, log) in logs.sorted(by: { $0.key < $1.key }) {
        if let output = try await log.settle(isLast: ended.contains(job)) { left.append(output) }
      }
      do {
        try await tell(ProgressMessage(logs: left, changes: changes, sent: SystemClock().now))
        for output in left { await logs[output.job]?.acknowledge(output) }
        return
      } catch QueueError.logGap(let job, let expected) {
        guard let log = logs[job] else { throw QueueError.logGap(job, expected: expected) }
        await log.rewind(to: expected)
      } catch QueueError.logFull(let job, let limit) {
        guard let log = logs[job] else { throw QueueError.logFull(job, limit: limit) }
        await log.fill(to: limit)
      }
    }
  }

  private static func jobs(_ changes: [ProgressChange]) -> (ended: Set<JobID>, touched: Set<JobID>) {
    var (ended, touched): (Set<JobID>, Set<JobID>) = ([], [])
    for change in changes {
      switch change {
      case .finished(let job, _, _, _): ended.insert(job)
      case .results(let job, _): touched.insert(job)
      case .started, .commit, .nix, .service: break
      }
    }
    return (ended, touched)
  }
}
