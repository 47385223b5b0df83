import Concurrency
import Model
import Planning
import Queue

/// A queue in memory that behaves as a server's, and misbehaves when told to.
final class FakeCoordinator: Coordinator {
  struct Unreachable: Error {}

  private struct State {
    var waiting: [Assignment] = []
    var assigned: [BuildID: Assignment] = [:]
    var failures: [String: Int] = [:]
    var reasons: [String: any Error] = [:]
    var refusal: AgentRefused?
    var full: [String: Int] = [:]
    var isStale = false
    var isFinished = false
    var lostTail = 0
    var logLimit = Int64.max
    var stop: StopReason?
    var logs: [JobID: [UInt8]] = [:]
    var changes: [ProgressChange] = []
    var outcomes: [BuildOutcome] = []
    var renewals = 0
  }

  private let state = Lock(State())
  private let added = Wakeup()
  private let stopping = Wakeup()
  /// Each call and its end, for tests that wait.
  let journal = Journal()

  func add(_ assignment: Assignment) {
    state.withLock { state in
      state.waiting.append(assignment)
      state.assigned[assignment.lease.build] = assignment
    }
    added.signal()
  }
  /// The next `count` calls of this name throw as a connection that breaks does, or what is given.
  func fail(_ call: String, _ count: Int, with reason: any Error = Unreachable()) {
    state.withLock { state in
      state.failures[call] = count
      state.reasons[call] = reason
    }
  }
  /// Claims are refused for good from now on, those that wait once a build comes.
  func refuse(_ refusal: AgentRefused) { state.withLock { $0.refusal = refusal } }
  /// The next `count` calls of this name find the server's disk full.
  func fill(_ call: String, _ count: Int) { state.withLock { $0.full[call] = count } }
  func makeStale() {
    state.withLock { $0.isStale = true }
    stopping.signal()
  }
  func request(_ reason: StopReason) {
    state.withLock { $0.stop = reason }
    stopping.signal()
  }
  func limitLogs(to limit: Int64) { state.withLock { $0.logLimit = limit } }
  /// Forgets the last bytes of each log once, as a server that fell over would.
  func loseTail(_ count: Int) { state.withLock { $0.lostTail = count } }

  func log(_ job: Int64) -> String {
    String(decoding: state.withLock { $0.logs[JobID(rawValue: job)] ?? [] }, as: UTF8.self)
  }
  var outcomes: [BuildOutcome] { state.withLock { $0.outcomes } }
  var changes: [ProgressChange] { state.withLock { $0.changes } }

  func claim(_ offer: AgentOffer) async throws -> Assignment {
    journal.add("claim \(offer.drivers)")
    try check("claim", nil)
    while true {
      if let refusal = state.withLock({ $0.refusal }) {
        journal.add("refused")
        throw refusal
      }
      let next = state.withLock { state -> Assignment? in
        guard !state.waiting.isEmpty else { return nil }
        let next = state.waiting.removeFirst()
        if let first = next.jobs.first { state.changes.append(.started(first.id, at: Timestamp(milliseconds: 0))) }
        return next
      }
      if let next { return next }
      try Task.checkCancellation()
      await added.wait()
    }
  }

  func renew(_ lease: Lease) async throws -> Lease {
    journal.add("renew")
    try check("renew", lease)
    return lease
  }

  func stopRequested(_ lease: Lease) async throws -> StopReason {
    try check("stopRequested", lease)
    while true {
      if let reason = state.withLock({ $0.stop }) { return reason }
      try Task.checkCancellation()
      await stopping.wait()
      try check("stopRequested", lease)
    }
  }

  func report(_ lease: Lease, _ changes: [ProgressChange]) async throws {
    try check("report", lease)
    state.withLock { $0.changes += changes }
    journal.add("report")
  }

  /// Jobs get their position's number beyond what the build's own number begins.
  func extend(_ lease: Lease, by found: PlanExtension) async throws -> ExtendedPlan {
    try check("extend", lease)
    journal.add("extend")
    let plan = state.withLock { $0.assigned[lease.build]?.plan.extended(by: found) }
    guard let plan else { throw QueueError.invalid("it has no job that finds out more") }
    let jobs = plan.jobs.indices.map {
      AssignedJob(id: JobID(rawValue: lease.build.rawValue * 10 + Int64($0)), logSize: 0)
    }
    try check("extend answer", lease)
    return ExtendedPlan(plan: plan, jobs: jobs)
  }

  func appendLog(
    _ lease: Lease, job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64
  ) async throws -> Int64 {
    try check("appendLog", lease)
    let size = try state.withLock { state in
      var log = state.logs[job] ?? []
      log.removeLast(min(log.count, state.lostTail))
      state.lostTail = 0
      state.logs[job] = log
      guard offset <= log.count else { throw QueueError.logGap(job, expected: Int64(log.count)) }
      guard Int64(log.count + bytes.count) <= state.logLimit else {
        throw QueueError.logFull(job, limit: state.logLimit)
      }
      state.logs[job, default: []] += bytes.dropFirst(log.count - Int(offset))
      return Int64(max(log.count, Int(offset) + bytes.count))
    }
    journal.add("log \(job)")
    // Stored, and the answer is lost on its way.
    try check("appendLog answer", lease)
    return size
  }

  func storeArtifact(_ lease: Lease, job: JobID, _ upload: ArtifactUpload) async throws -> Artifact {
    try check("storeArtifact", lease)
    if upload.name == "large" { throw QueueError.artifactTooLarge(name: upload.name, limit: 1) }
    return Artifact(
      id: ArtifactID(rawValue: 1), build: lease.build, job: job, name: upload.name, source: upload.source,
      content: ContentDigest(sha256: "hash", md5: "", size: upload.size), permissions: upload.permissions,
      createdAt: Timestamp(milliseconds: 0))
  }

  func finish(_ lease: Lease, after changes: [ProgressChange], _ outcome: BuildOutcome) async throws {
    try check("finish", lease)
    state.withLock { state in
      state.changes += changes
      state.outcomes.append(outcome)
    }
    journal.add("finish \(outcome.status.rawValue)")
  }

  private func check(_ call: String, _ lease: Lease?) throws {
    let isFull = state.withLock { state in
      let left = state.full[call] ?? 0
      if left > 0 { state.full[call] = left - 1 }
      return left > 0
    }
    if isFull {
      journal.add("\(call) finds no space")
      throw QueueError.noSpace("\(call) failed")
    }
    let (fails, isStale) = state.withLock { state in
      let left = state.failures[call] ?? 0
      if left > 0 { state.failures[call] = left - 1 }
      return (left > 0, state.isStale)
    }
    if fails {
      journal.add("\(call) fails")
      throw state.withLock { $0.reasons[call] } ?? Unreachable()
    }
    if isStale, let lease {
      journal.add("\(call) is stale")
      throw QueueError.staleLease(lease.build)
    }
  }
}
