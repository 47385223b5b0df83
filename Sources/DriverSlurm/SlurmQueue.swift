internal import Concurrency
internal import Drivers

/// What is known of this user's jobs. One question to the cluster answers everybody who asks meanwhile, so that a hundred
/// builds cost its controller no more than one.
actor SlurmQueue {
  private struct Snapshot {
    var askedAt: ContinuousClock.Instant
    var jobs: [Int64: SlurmJobState]
  }
  private let commands: SlurmCommands
  private var last: Snapshot?
  private var asking: Task<Snapshot, any Error>?

  init(_ commands: SlurmCommands) { self.commands = commands }

  /// How a job stands, as of `moment` or later; nil where the cluster does not know it (any more).
  func state(of job: Int64, since moment: ContinuousClock.Instant) async throws -> SlurmJobState? {
    while true {
      if let last, last.askedAt >= moment { return last.jobs[job] }
      // One that was asked before the moment may not know of it yet; then it is asked once more.
      last = try await ask().value
    }
  }

  private func ask() -> Task<Snapshot, any Error> {
    if let asking { return asking }
    let task = Task { [commands] in
      defer { finished() }
      let now = ContinuousClock.now
      let jobs = try await commands.jobs()
      return Snapshot(askedAt: now, jobs: Dictionary(jobs.map { ($0.id, $0) }, uniquingKeysWith: { $1 }))
    }
    asking = task
    return task
  }

  private func finished() { asking = nil }
}
