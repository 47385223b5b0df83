internal import Drivers
internal import Model

/// Follows how the cluster says that a job stands, and tells its log for what it waits.
struct StateWatch {
  private let id: Int64
  private let queue: SlurmQueue
  private let settings: SlurmSettings
  private let begun = ContinuousClock.now
  private var next = ContinuousClock.now
  private var told = ""
  private var absences = 0
  private var last: SlurmJobState?

  init(_ id: Int64, _ queue: SlurmQueue, _ settings: SlurmSettings) {
    self.id = id
    self.queue = queue
    self.settings = settings
  }

  /// Whether the job has ended. Asks the cluster only now and then, unless it is urgent.
  mutating func isOver(isUrgent: Bool, _ output: any OutputSink) async throws -> Bool {
    let now = ContinuousClock.now
    guard isUrgent || now >= next else { return false }
    next = now + settings.stateInterval
    do {
      let found = try await queue.state(of: id, since: isUrgent ? now : now - settings.stateInterval)
      try await note(found, output)
    } catch let error as DriverError {
      // The controller may be restarted while jobs run; what has ended is seen by its result as well.
      try await tell("the cluster does not answer: \(error)", output)
    }
    return absences >= 3 || last?.isFinal == true
  }

  private mutating func note(_ found: SlurmJobState?, _ output: any OutputSink) async throws {
    // A controller that has just begun may not know it yet.
    absences = found == nil ? absences + 1 : 0
    guard let found else { return }
    last = found
    guard found.isWaiting, ContinuousClock.now - begun >= settings.patience, found.reason != "None" else { return }
    try await tell("the job \(id) waits for the cluster: \(found.reason)", output)
  }

  private mutating func tell(_ line: String, _ output: any OutputSink) async throws {
    if line == told { return }
    told = line
    try await output.line(line)
  }

  /// Waits until nothing of the job runs any more; returns what the cluster says of it, nil where it knows nothing.
  mutating func untilFinal() async throws -> SlurmJobState? {
    if absences >= 3 || last?.isFinal == true { return last }
    while true {
      do {
        guard let found = try await queue.state(of: id, since: .now) else { return last }
        if found.isFinal { return found }
      } catch is DriverError {
        // A controller that is being restarted answers later.
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
