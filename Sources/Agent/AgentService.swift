internal import Concurrency
public import Lifecycle
internal import Model
internal import Planning
public import Queue

/// Takes builds from a queue and runs them, several at a time.
///
/// Stops gracefully: no new build is taken, running ones get `drainGrace` to end, and then go back on the queue.
public struct AgentService: Service {
  /// For the log.
  public let name: String
  private let labels: [String: String]
  private let pool: Lock<SlotPool>
  private let wanted = AsyncStream<Void>.makeStream()
  private let coordinator: any Coordinator
  private let runner: Runner
  private let drainGrace: Duration?
  private let spaceWait: Duration
  private let patience: Duration
  private let running = Lock<[BuildID: StopSignal]>([:])
  private let log: Logger

  /// An agent of this name with as many builds at a time as the lower end of `slots` says, and up to the upper end while
  /// builds wait. Give the group that runs it more than `drainGrace` and the
  /// runner's kill grace to stop it; without one, running builds end in their own time. A build whose log or progress
  /// does not fit on the server's disk fails when there is no space after `spaceWait`. A build goes on for `patience`
  /// without a word of the server, or for its lease where that is longer.
  public init(
    name: String, slots: ClosedRange<Int>, labels: [String: String] = [:], coordinator: any Coordinator,
    runner: Runner, drainGrace: Duration? = .seconds(5),
    spaceWait: Duration = .seconds(3), patience: Duration = .zero, log: Logger
  ) {
    self.patience = patience
    self.spaceWait = spaceWait
    self.name = name
    self.labels = labels
    pool = Lock(SlotPool(slots))
    self.coordinator = coordinator
    self.runner = runner
    self.drainGrace = drainGrace
    self.log = log
  }

  /// Runs until cancelled and the last build has ended or was given back. Throws `AgentRefused`, at the same time,
  /// where the server will not have the agent.
  public func run() async throws {
    try await runner.sweep()
    try await withThrowingDiscardingTaskGroup { group in
      for _ in 0..<pool.withLock({ $0.open() }) { group.addTask { try await work() } }
      // Ends when the service is stopped.
      for await _ in wanted.stream { group.addTask { try await work() } }
    }
  }

  /// Gives all running builds back, once the service was cancelled and there is no time for them to end.
  public func giveBack() {
    for stop in running.withLock({ Array($0.values) }) { stop.request(.givenBack) }
  }

  /// What it can take.
  public var offer: AgentOffer { AgentOffer(agent: name, drivers: runner.offers, labels: labels) }

  /// The slots as they are; cheap.
  public var metrics: AgentMetrics {
    pool.withLock { AgentMetrics(slots: $0.slots, busy: $0.busy, limit: $0.limits.upperBound) }
  }

  private func work() async throws {
    let offer = offer
    var backoff = Backoff()
    while !Task.isCancelled {
      do {
        let assignment = try await coordinator.claim(offer)
        backoff = Backoff()
        if pool.withLock({ $0.take() }) { wanted.continuation.yield() }
        await carryOut(assignment)
        guard pool.withLock({ $0.free() }) else { return }
      } catch let error as AgentRefused {
        // Also where this one does not come first: the others end.
        wanted.continuation.finish()
        throw error
      } catch {
        if Task.isCancelled { return }
        if backoff.isFirst, !error.isAbsence {
          log.warning("no build claimed, trying again", ["agent": name, "error": "\(error)"])
        }
        try? await Task.sleep(for: backoff.wait())
      }
    }
  }

  /// Runs a build in a task of its own, so that it outlives the cancellation of this one by the grace period.
  private func carryOut(_ assignment: Assignment) async {
    let stop = StopSignal()
    let id = assignment.lease.build
    running.withLock { $0[id] = stop }
    defer { running.withLock { $0[id] = nil } }
    let build = Task { await run(assignment, stop) }
    let (grace, drain) = (drainGrace, Lock<Task<Void, Never>?>(nil))
    await withTaskCancellationHandler {
      await build.value
    } onCancel: {
      log.info("build may end", ["build": "\(id)", "agent": name, "within": grace.map { "\($0)" } ?? "its time"])
      guard let grace else { return }
      let timer = Task {
        guard (try? await Task.sleep(for: grace)) != nil else { return }
        stop.request(.givenBack)
      }
      drain.withLock { $0 = timer }
    }
    drain.withLock { $0 }?.cancel()
  }

  private func run(_ assignment: Assignment, _ stop: StopSignal) async {
    let id = assignment.lease.build
    let holder = LeaseHolder(
      assignment.lease, coordinator: coordinator, stop: stop, patience: patience, log: log)
    let reporter = CoordinatorReporter(
      assignment, coordinator: coordinator, holder: holder, stop: stop, spaceWait: spaceWait, log: log)
    log.info("build begins", ["build": "\(id)", "agent": name, "attempt": "\(assignment.lease.attempt)"])
    await holder.whileKept {
      let outcome = await outcome(assignment, reporter, stop)
      if holder.isLost { return }
      holder.willEnd()
      do {
        try await reporter.finish(outcome)
        log.debug("build left", ["build": "\(id)", "agent": name, "status": outcome.status.rawValue])
      } catch {
        log.error("end of build not reported", ["build": "\(id)", "error": "\(error)"])
      }
    }
    await coordinator.forget(holder.lease)
  }

  private func outcome(_ assignment: Assignment, _ reporter: CoordinatorReporter, _ stop: StopSignal) async
    -> BuildOutcome
  {
    let lease = assignment.lease
    guard assignment.jobs.count == assignment.plan.jobs.count else {
      return BuildOutcome(status: .failed, reason: "the build's jobs are not those of its plan; submit it again")
    }
    let build = RunnableBuild(
      id: lease.build, number: assignment.number, environmentName: "build-\(lease.build)-\(lease.fence)",
      plan: assignment.plan)
    do {
      let outcome = try await runner.run(build, reporter: reporter, stop: stop)
      return reporter.noSpace.map(Self.outcome) ?? outcome
    } catch {
      if let noSpace = reporter.noSpace { return Self.outcome(noSpace) }
      log.error("build broken off", ["build": "\(lease.build)", "error": "\(error)"])
      // After a stop the reason for it decides; otherwise the server would not take what the agent reported.
      if let reason = stop.current { return BuildOutcome(status: reason.status) }
      return BuildOutcome(status: .failed, reason: "the agent could not report the build: \(error)")
    }
  }

  private static func outcome(_ noSpace: QueueError) -> BuildOutcome {
    BuildOutcome(status: .failed, reason: "\(noSpace)")
  }
}
