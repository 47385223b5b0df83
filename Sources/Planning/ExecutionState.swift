public import Model

/// The order of execution of one build, as a machine: every event is a mutation that returns what to do next.
///
/// Jobs run one after the other in the plan's order. A failed driver or clone fails the build whatever its stage
/// allows; a failed script fails its stage, whose remaining jobs are skipped; a failed stage that may fail leaves the
/// build `passedWithFailures` and the next one runs, any other ends the build as `failed` with the rest skipped.
public struct ExecutionState: Sendable, Hashable {
  /// What the caller has to do, in the order given.
  public enum Action: Sendable, Hashable {
    /// Begin the job at this position and report its end by `ended`.
    case start(Int)
    /// End the running job; its end is still reported by `ended`.
    case interrupt(Int)
    /// The job at this position has ended with this status: report it.
    case settle(Int, Status)
    /// The jobs at these positions will never run: report them as `skipped`.
    case skip(Range<Int>)
    /// Destroy the driver's environment, then report this status: a final one, or `queued` for a build given back.
    case finish(Status)
  }

  private struct Entry: Hashable {
    var stage: Int
    var isBuiltIn: Bool
    var mayFail: Bool
  }

  private var entries: [Entry]
  private var running: Int?
  private var next = 0
  private var hasFailures = false
  private var stopReason: ExecutionStop?
  private var isOver = false

  /// The state before the first job of `plan`.
  public init(_ plan: Plan) { entries = Self.entries(plan) }

  private static func entries(_ plan: Plan) -> [Entry] {
    plan.stages.enumerated().flatMap { index, stage in
      stage.jobs.map { job in
        Entry(stage: index, isBuiltIn: job.step.isBuiltIn, mayFail: stage.mayFail)
      }
    }
  }

  /// The running job has found out what comes after it: from here on the build follows `plan`, which is the present
  /// one up to the running job. False, and nothing changes, where it is another one, or no job runs.
  public mutating func follow(_ plan: Plan) -> Bool {
    let new = Self.entries(plan)
    guard running != nil, new.count >= next, new[..<next] == entries[..<next] else { return false }
    entries = new
    return true
  }

  /// Begins the build: the first job, or the end of a plan without one.
  public mutating func begin() -> [Action] {
    guard !isOver, running == nil, next == 0 else { return [] }
    return advance()
  }

  /// The running job has ended. After a stop its own result no longer counts: it gets the stop's status.
  public mutating func ended(_ position: Int, _ end: JobEnd) -> [Action] {
    guard let current = running, current == position else { return [] }
    running = nil
    if let stopReason { return stopped(position, stopReason) }
    let settled = Action.settle(position, end.status)
    switch end {
    case .passed: return [settled] + advance()
    case .timedOut: return [settled] + close(.timedOut)
    case .failed:
      let entry = entries[position]
      guard !entry.isBuiltIn, entry.mayFail else { return [settled] + close(.failed) }
      hasFailures = true
      let rest = entries[next...].prefix { $0.stage == entry.stage }.count
      let skipped = next..<(next + rest)
      next = skipped.upperBound
      return [settled] + skip(skipped) + advance()
    }
  }

  /// The build has to end. The first reason counts; later ones, and those after the end, change nothing.
  public mutating func stop(_ reason: ExecutionStop) -> [Action] {
    guard !isOver, stopReason == nil else { return [] }
    stopReason = reason
    if let running { return [.interrupt(running)] }
    return stopped(nil, reason)
  }

  private mutating func advance() -> [Action] {
    guard next < entries.count else { return close(hasFailures ? .passedWithFailures : .passed) }
    running = next
    next += 1
    return [.start(next - 1)]
  }

  private mutating func stopped(_ position: Int?, _ reason: ExecutionStop) -> [Action] {
    // A build that is given back leaves its jobs to the next attempt: nothing of them is final.
    if reason == .givenBack {
      isOver = true
      return [.finish(.queued)]
    }
    return (position.map { [.settle($0, reason.status)] } ?? []) + close(reason.status)
  }

  private mutating func close(_ status: Status) -> [Action] {
    isOver = true
    return skip(next..<entries.count) + [.finish(status)]
  }

  private func skip(_ positions: Range<Int>) -> [Action] { positions.isEmpty ? [] : [.skip(positions)] }
}

/// How a job ended by itself.
public enum JobEnd: Sendable, Hashable {
  /// As it should.
  case passed
  /// Its script or its step failed.
  case failed
  /// The driver took too long to be created.
  case timedOut

  /// The job's final status.
  public var status: Status {
    switch self {
    case .passed: .passed
    case .failed: .failed
    case .timedOut: .timedOut
    }
  }
}

/// Why a build has to end before its last job.
public enum ExecutionStop: Sendable, Hashable {
  /// Somebody killed it.
  case killed
  /// It took longer than it may.
  case timedOut
  /// The agent stops and somebody else shall run it from the beginning.
  case givenBack

  /// What becomes of the build.
  public var status: Status {
    switch self {
    case .killed: .killed
    case .timedOut: .timedOut
    case .givenBack: .queued
    }
  }
}

extension Step {
  /// True for what Wright does itself before the first script.
  public var isBuiltIn: Bool {
    switch self {
    case .createDriver, .clone, .detect, .service: true
    case .script, .nix: false
    }
  }
}
