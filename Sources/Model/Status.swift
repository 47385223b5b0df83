/// The status of a build or of a job. Seven values as Djinn CI names them, and `skipped` for jobs only.
public enum Status: String, Codable, Sendable, CaseIterable {
  /// Submitted, not started.
  case queued
  /// Being executed.
  case running
  /// Ended without failures.
  case passed
  /// Ended, and only stages that may fail have failed. Builds only.
  case passedWithFailures = "passed_with_failures"
  /// A stage failed, or the build could not be carried out.
  case failed
  /// Stopped by a person or a program.
  case killed
  /// Took longer than it was allowed to.
  case timedOut = "timed_out"
  /// Never ran, because an earlier stage failed or the build was stopped. Jobs only.
  case skipped

  /// The statuses that may follow this one. Everything that writes a status asks here first; a status that has none
  /// is final. `running` to `queued` is a lease that ran out or an agent that drains.
  public var successors: Set<Status> {
    switch self {
    case .queued: [.running, .killed, .timedOut, .failed, .skipped]
    case .running: [.passed, .passedWithFailures, .failed, .killed, .timedOut, .queued]
    case .passed, .passedWithFailures, .failed, .killed, .timedOut, .skipped: []
    }
  }

  /// True once nothing can follow.
  public var isFinal: Bool { successors.isEmpty }

  /// True where a build may have it; `skipped` is for jobs.
  public var isBuildStatus: Bool { self != .skipped }

  /// For people: `Passed with failures`.
  public var title: String {
    switch self {
    case .queued: "Queued"
    case .running: "Running"
    case .passed: "Passed"
    case .passedWithFailures: "Passed with failures"
    case .failed: "Failed"
    case .killed: "Killed"
    case .timedOut: "Timed out"
    case .skipped: "Skipped"
    }
  }
}
