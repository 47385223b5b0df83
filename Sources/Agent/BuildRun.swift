internal import Drivers
internal import Model
internal import Planning
internal import Queue

/// One build on its way: asks `ExecutionState` what comes next and does it.
struct BuildRun {
  let runner: Runner
  private(set) var build: RunnableBuild
  let reporter: any BuildReporter
  let stop: StopSignal
  private var jobs: [(stage: PlannedStage, job: PlannedJob)]
  private var masker: Masker
  private var state: ExecutionState
  private var commit: String?
  private var clones: [String: String] = [:]
  private var service: ServiceWork?
  /// Why the last job that failed did, masked.
  private var reason: String?
  /// What is to be destroyed at the end.
  private(set) var environment: (any BuildEnvironment)?

  init(runner: Runner, build: RunnableBuild, reporter: any BuildReporter, stop: StopSignal) {
    self.runner = runner
    self.build = build
    self.reporter = reporter
    self.stop = stop
    jobs = build.plan.jobs
    state = ExecutionState(build.plan)
    masker = Self.masker(build.plan)
  }

  private static func masker(_ plan: Plan) -> Masker {
    Masker(plan.maskedValues + plan.sources.flatMap { (try? GitAddress($0.url))?.maskedValues ?? [] })
  }

  /// Runs all jobs; the build's end is what is left to report once the environment is destroyed.
  mutating func carryOut() async throws -> BuildOutcome {
    var actions = stop.current.map { state.stop($0) } ?? state.begin()
    var last = JobResult(end: .passed)
    while true {
      let (changes, next, status) = digest(actions, last)
      if let status {
        if !changes.isEmpty { try await reporter.conclude(changes) }
        return BuildOutcome(status: status, reason: status == .failed ? reason : nil)
      }
      if !changes.isEmpty { try await reporter.report(changes) }
      // There is always a status or a next job; a machine that returned neither must not hang the agent.
      guard let next else { return BuildOutcome(status: .failed) }
      last = try await runJob(next)
      if let plan = last.plan, !follow(plan) { last.end = .failed }
      if last.end == .failed { reason = last.reason.map(masked) }
      if let reason = stop.current { _ = state.stop(reason) }
      actions = state.ended(next, last.end)
    }
  }

  /// Goes on with the plan that the job which has just run has found.
  private mutating func follow(_ plan: Plan) -> Bool {
    guard state.follow(plan) else { return false }
    build.plan = plan
    jobs = plan.jobs
    masker = Self.masker(plan)
    return true
  }

  /// As a log would show it.
  private func masked(_ text: String) -> String {
    var masker = masker
    return String(decoding: masker.mask(Array(text.utf8)) + masker.finish(), as: UTF8.self)
  }

  private func digest(
    _ actions: [ExecutionState.Action], _ last: JobResult
  ) -> (changes: [BuildChange], next: Int?, status: Status?) {
    var changes: [BuildChange] = last.commit.map { [.commit($0)] } ?? []
    var (next, status): (Int?, Status?) = (nil, nil)
    for action in actions {
      switch action {
      case .start(let position):
        next = position
        changes.append(.started(position))
      case .settle(let position, let status):
        changes.append(.finished(position, status, exitCode: last.exitCode))
      case .skip(let positions): changes += positions.map { .skipped($0) }
      case .finish(let final): status = final
      case .interrupt: break  // Done by the job's own watch on `stop`.
      }
    }
    return (changes, next, status)
  }

  /// Runs one job, or less of it when the build is stopped, and completes its log.
  private mutating func runJob(_ position: Int) async throws -> JobResult {
    let output = JobOutput(position, masker: masker, reporter: reporter, results: collector(position))
    let step = JobStep(
      runner: runner, build: build, reporter: reporter, stop: stop, environment: environment, commit: commit,
      clones: clones, service: service, position: position, stage: jobs[position].stage, job: jobs[position].job,
      output: output)
    let work = Task { try await step.run() }
    let (running, stop, grace) = (environment, stop, runner.settings.killGrace)
    let watch = Task {
      guard await stop.wait() != nil else { return }
      await running?.stop(grace: grace)
      work.cancel()
    }
    defer { watch.cancel() }
    do {
      let result = try await work.value
      environment = result.environment ?? environment
      commit = result.commit ?? commit
      service = result.service ?? service
      if let clone = result.clone { clones[clone.directory] = clone.commit }
      if let reason = stop.current { await output.say(Self.sentence(reason)) }
      try await output.close()
      return result
    } catch {
      try? await output.close()
      throw error
    }
  }

  /// Only what people's own commands print is looked at.
  private func collector(_ position: Int) -> ResultCollector? {
    guard case .script = jobs[position].job.step, let environment else { return nil }
    return ResultCollector(position, workspace: environment.workspace, reporter: reporter)
  }

  private static func sentence(_ reason: ExecutionStop) -> String {
    switch reason {
    case .killed: "the build was killed"
    case .timedOut: "the build took longer than its timeout and was stopped"
    case .givenBack: "the agent stops; the build goes back on the queue"
    }
  }
}

/// What a job leaves behind.
struct JobResult: Sendable {
  var end: JobEnd
  var exitCode: Int32?
  var environment: (any BuildEnvironment)?
  /// Set by the clone of the first source.
  var commit: String?
  /// Set by every clone.
  var clone: (directory: String, commit: String)?
  /// Set by the jobs of a service's build.
  var service: ServiceWork?
  /// Set by the job that extends the plan.
  var plan: Plan?
  /// Why it failed, as a sentence for people, where that is known.
  var reason: String?
}
