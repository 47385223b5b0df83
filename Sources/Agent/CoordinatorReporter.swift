internal import Concurrency
internal import Lifecycle
internal import Model
internal import Planning
internal import Queue

/// Tells the server's queue what happens to a build. What cannot be delivered is kept and tried again for as long as
/// the lease stands and nobody wants the build to end.
///
/// The build does not wait until the server has stored that a job begins: that is told meanwhile, and only what follows
/// for the server waits for it. The last changes go with the end of the build where that comes within `endDelay`.
final class CoordinatorReporter: BuildReporter {
  private struct JobLog {
    /// Where the next byte belongs.
    var offset: Int64
    /// Where the log is full; nil as long as it is not.
    var limit: Int64?
    /// Where the log would end if it held everything; for a full one.
    var wantedEnd: Int64 = 0
  }

  /// What to do while the server's disk is full.
  private enum SpacePatience {
    /// Give up at once what is to be done.
    case none
    /// Wait for a short time, then give up the build.
    case short
    /// Wait as long as the lease stands.
    case unlimited
  }

  private let build: BuildID
  private let jobs: Lock<[AssignedJob]>
  private let coordinator: any Coordinator
  private let holder: LeaseHolder
  private let stop: StopSignal
  private let log: Logger
  private let logs: Lock<[Int: JobLog]> = Lock([:])
  private let spaceWait: Duration
  private let refusal = Lock<QueueError?>(nil)
  /// What is being told while the build goes on.
  private let telling = Lock<Task<Void, any Error>?>(nil)
  /// The last changes, until they are told.
  private let last = Lock<[ProgressChange]>([])
  /// Removing a large workspace takes time, and nobody should see a job run that has ended.
  private static let endDelay = Duration.milliseconds(5)

  /// `spaceWait` is how long a full disk of the server is waited for before the build is given up.
  init(
    _ assignment: Assignment, coordinator: any Coordinator, holder: LeaseHolder, stop: StopSignal,
    spaceWait: Duration, log: Logger
  ) {
    self.spaceWait = spaceWait
    build = assignment.lease.build
    jobs = Lock(assignment.jobs)
    self.coordinator = coordinator
    self.holder = holder
    self.stop = stop
    self.log = log
  }

  /// What the server's full disk did not take, where that is why the build was given up.
  var noSpace: QueueError? { refusal.withLock { $0 } }

  func report(_ changes: [BuildChange]) async throws {
    let progress = try await prepare(changes)
    let begun = changes.compactMap { change in
      if case .started(let position) = change { position } else { nil }
    }
    if begun.isEmpty { return try await tell(progress) }
    telling.withLock {
      $0 = Task {
        try await self.tell(progress)
        for position in begun { try await self.markAttempt(position) }
      }
    }
  }

  func conclude(_ changes: [BuildChange]) async throws {
    let progress = try await prepare(changes)
    last.withLock { $0 = progress }
    telling.withLock {
      $0 = Task {
        try await Task.sleep(for: Self.endDelay)
        try await self.tell(progress)
        self.last.withLock { $0 = [] }
      }
    }
  }

  /// Everything before is told, and the logs of jobs that end are complete.
  private func prepare(_ changes: [BuildChange]) async throws -> [ProgressChange] {
    try await told()
    for change in changes {
      if case .finished(let position, _, _) = change { await closeLog(position) }
    }
    let now = Timestamp.now
    // The first job runs since the build was claimed.
    return try changes.filter { $0 != .started(0) }.map { try self.progress($0, now) }
  }

  private func tell(_ changes: [ProgressChange]) async throws {
    if changes.isEmpty { return }
    try await persistently("report", untilSpace: .short) {
      try await self.coordinator.report(self.holder.lease, changes)
    }
  }

  /// Returns once what is being told has arrived. Throws, now and later, where it could not.
  private func told() async throws { try await telling.withLock { $0 }?.value }

  func appendLog(_ position: Int, _ bytes: [UInt8], elapsed: Duration) async throws {
    try await told()
    try await append(position, bytes, elapsed: elapsed)
  }

  private func append(_ position: Int, _ bytes: [UInt8], elapsed: Duration) async throws {
    let job = try job(position)
    let state = logs.withLock { $0[position] ?? JobLog(offset: job.logSize) }
    guard state.limit == nil else { return drop(bytes.count, position) }
    do {
      let end = try await persistently("log", untilSpace: .short) {
        try await self.coordinator.appendLog(
          self.holder.lease, job: job.id, at: state.offset, bytes, elapsedMilliseconds: elapsed.milliseconds)
      }
      logs.withLock { $0[position] = JobLog(offset: max(end, state.offset)) }
    } catch QueueError.logGap(_, let expected) where expected < state.offset {
      // The server has lost what it had acknowledged, and whoever keeps what was sent would have sent it again. What
      // follows can go on.
      log.error("log bytes lost by the server", ["job": "\(job.id)", "from": "\(expected)", "to": "\(state.offset)"])
      logs.withLock { $0[position] = JobLog(offset: expected) }
      try await append(position, bytes, elapsed: elapsed)
    } catch QueueError.logFull(_, let limit) {
      logs.withLock { $0[position] = JobLog(offset: state.offset, limit: limit, wantedEnd: state.offset) }
      drop(bytes.count, position)
    }
  }

  func reportResults(_ position: Int, _ batch: ResultBatch) async throws {
    try await told()
    let job = try job(position)
    var batch = batch
    if job.logSize > 0 {
      // What an earlier attempt left, and the line of `markAttempt`.
      for index in batch.messages.indices { batch.messages[index].logLine += job.logLines + 2 }
    }
    let change = ProgressChange.results(job.id, batch)
    try await persistently("results", untilSpace: .short) {
      try await self.coordinator.report(self.holder.lease, [change])
    }
  }

  func reportNix(_ position: Int, _ progress: NixProgress) async throws {
    try await told()
    let change = ProgressChange.nix(try job(position).id, progress)
    try await persistently("progress of nix", untilSpace: .short) {
      try await self.coordinator.report(self.holder.lease, [change])
    }
  }

  func reportService(_ position: Int, _ progress: ServiceProgress) async throws {
    try await told()
    try await persistently("progress of the service", untilSpace: .short) {
      try await self.coordinator.report(self.holder.lease, [.service(progress)])
    }
  }

  func storeArtifact(_ position: Int, _ upload: ArtifactUpload) async throws -> ArtifactReceipt {
    try await told()
    let job = try job(position)
    do {
      let artifact = try await persistently("artifact", attempts: 3) {
        try await self.coordinator.storeArtifact(self.holder.lease, job: job.id, upload)
      }
      return .stored(artifact.content)
    } catch let error where !(error is LeaseLost || error is CancellationError || error.isAbsence) {
      // Too large, or a file that changes while it is read: it fails the same way each time, and the build goes on.
      return .refused("\(error)")
    }
  }

  func extend(by found: PlanExtension) async throws -> Plan {
    try await told()
    let extended = try await persistently("plan", untilSpace: .short) {
      try await self.coordinator.extend(self.holder.lease, by: found)
    }
    guard extended.jobs.count == extended.plan.jobs.count else {
      throw QueueError.invalid("the extended plan's jobs are not those that the server has")
    }
    jobs.withLock { $0 = extended.jobs }
    return extended.plan
  }

  /// Ends the build or gives it back.
  func finish(_ outcome: BuildOutcome) async throws {
    let telling = telling.withLock { $0 }
    // Wakes it where it waits; what it has not told by then goes with the end. Where it failed, the outcome says so.
    telling?.cancel()
    _ = await telling?.result
    let changes = last.withLock { $0 }
    try await persistently("finish", untilSpace: .unlimited) {
      try await self.coordinator.finish(self.holder.lease, after: changes, outcome)
    }
  }

  private func job(_ position: Int) throws -> AssignedJob {
    let job = jobs.withLock { $0.indices.contains(position) ? $0[position] : nil }
    guard let job else { throw QueueError.invalid("build \(build) has no job at position \(position)") }
    return job
  }

  private func progress(_ change: BuildChange, _ now: Timestamp) throws -> ProgressChange {
    switch change {
    case .started(let position): .started(try job(position).id, at: now)
    case .finished(let position, let status, let exitCode):
      .finished(try job(position).id, status, exitCode: exitCode, at: now)
    case .skipped(let position): .finished(try job(position).id, .skipped, exitCode: nil, at: now)
    case .commit(let hash): .commit(hash)
    }
  }

  private func drop(_ count: Int, _ position: Int) {
    logs.withLock { $0[position]?.wantedEnd += Int64(count) }
  }

  /// The log of a job that an earlier attempt has begun goes on after a line that says so.
  private func markAttempt(_ position: Int) async throws {
    guard try job(position).logSize > 0 else { return }
    // The earlier attempt may have been cut off in the middle of a line.
    try await append(position, Array("\nwright: attempt \(holder.lease.attempt) begins\n".utf8), elapsed: .zero)
  }

  /// Says in a full log what is missing, where the server still takes a line.
  private func closeLog(_ position: Int) async {
    guard let state = logs.withLock({ $0.removeValue(forKey: position) }), let limit = state.limit,
      let job = try? job(position)
    else { return }
    do {
      do {
        try await sayMissing(job, state, from: limit)
      } catch QueueError.logGap(_, let expected) {
        // A server that keeps nothing of what goes over the limit.
        try await sayMissing(job, state, from: expected)
      }
    } catch {
      log.warning("log is cut without a word", ["job": "\(job.id)", "limit": "\(limit)", "error": "\(error)"])
    }
  }

  private func sayMissing(_ job: AssignedJob, _ state: JobLog, from end: Int64) async throws {
    _ = try await coordinator.appendLog(
      holder.lease, job: job.id, at: end, OutputLimit.line(missing: state.wantedEnd - end), elapsedMilliseconds: 0)
  }

  /// Does `body` until it succeeds. Gives up when the lease is lost, when the server refuses for good, after
  /// `attempts`, or, once the build has to end, after one more try; where the server's disk is full, with `patience`.
  private func persistently<Result: Sendable>(
    _ what: String, attempts: Int = .max, untilSpace patience: SpacePatience = .none,
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    var backoff = Backoff()
    var (left, waited) = (attempts, Duration.zero)
    while true {
      if holder.isLost { throw LeaseLost() }
      let wasStopped = stop.current != nil
      do {
        return try await body()
      } catch  where error.endsLease {
        holder.lose()
        throw LeaseLost()
      } catch let error as QueueError where !error.isAbsence {
        guard case .noSpace = error, patience != .none else { throw error }
        noteFailure(what, error, backoff)
        let pause = backoff.wait()
        waited += pause
        if patience == .unlimited {
          try await Task.sleep(for: pause)
        } else {
          if wasStopped { throw error }
          if waited > spaceWait { throw giveUp(error) }
          await stop.wait(atMost: pause)
        }
      } catch {
        // An absent server has refused nothing.
        if !error.isAbsence { left -= 1 }
        if wasStopped || left <= 0 || error is CancellationError { throw error }
        noteFailure(what, error, backoff)
        await stop.wait(atMost: backoff.wait())
      }
    }
  }

  /// Ends the build's work: what is still running would only go on for nobody.
  private func giveUp(_ error: QueueError) -> QueueError {
    refusal.withLock { $0 = $0 ?? error }
    stop.request(.givenBack)
    return error
  }

  private func noteFailure(_ what: String, _ error: any Error, _ backoff: Backoff) {
    guard backoff.isFirst, !error.isAbsence else { return }
    log.warning(
      "server does not take it, trying again",
      ["what": what, "build": "\(holder.lease.build)", "error": "\(error)"])
  }
}

extension Timestamp {
  /// The system's clock.
  static var now: Timestamp { SystemClock().now }
}
