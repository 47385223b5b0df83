import Agent
import Concurrency
import Model
import Planning
import Queue

/// Keeps what a runner reports; may refuse it.
final class RecordingReporter: BuildReporter {
  struct Refusal: Error {}

  private struct State {
    var events: [String] = []
    var logs: [Int: [UInt8]] = [:]
    var sizes: [Int: Int] = [:]
    var sends: [Int: Int] = [:]
    var results: [Int: [ResultBatch]] = [:]
    var failsAt: String?
  }
  private let state = Lock(State())
  private let journal: Journal?
  /// What `extend` extends.
  private let plan: Plan?
  private let keepsLogs: Bool
  private let logged = Wakeup()

  /// Adds its events to `journal` too, so that their order among the driver's can be seen.
  init(_ journal: Journal? = nil, plan: Plan? = nil, failsAt: String? = nil, keepsLogs: Bool = true) {
    self.plan = plan
    self.journal = journal
    self.keepsLogs = keepsLogs
    state.withLock { $0.failsAt = failsAt }
  }

  var events: [String] { state.withLock { $0.events } }
  func log(_ position: Int) -> String { String(decoding: state.withLock { $0.logs[position] ?? [] }, as: UTF8.self) }
  func logBytes(_ position: Int) -> [UInt8] { state.withLock { $0.logs[position] ?? [] } }
  func results(_ position: Int) -> [ResultBatch] { state.withLock { $0.results[position] ?? [] } }
  func size(_ position: Int) -> Int { state.withLock { $0.sizes[position] ?? 0 } }
  func sends(_ position: Int) -> Int { state.withLock { $0.sends[position] ?? 0 } }

  /// Returns once the log of the job at `position` contains `text`; one test waits at a time.
  func wait(for text: String, in position: Int) async throws {
    while !log(position).contains(text) {
      try Task.checkCancellation()
      await logged.wait()
    }
  }

  func report(_ changes: [BuildChange]) async throws {
    for change in changes {
      switch change {
      case .started(let position): try add("\(position) running")
      case .finished(let position, let status, let code):
        try add("\(position) \(status.rawValue)\(code.map { " \($0)" } ?? "")")
      case .skipped(let position): try add("\(position) skipped")
      case .commit(let hash): try add("commit \(hash)")
      }
    }
  }

  private func add(_ event: String) throws {
    let refused = state.withLock { state in
      if let failsAt = state.failsAt, event.hasPrefix(failsAt) { return true }
      state.events.append(event)
      return false
    }
    if refused { throw Refusal() }
    journal?.add(event)
  }

  func appendLog(_ position: Int, _ bytes: [UInt8], elapsed: Duration) async throws {
    state.withLock { state in
      state.sizes[position, default: 0] += bytes.count
      state.sends[position, default: 0] += 1
      if keepsLogs { state.logs[position, default: []] += bytes }
    }
    logged.signal()
  }

  func extend(by found: PlanExtension) async throws -> Plan {
    try add("extend \(found.manifest)")
    guard let plan = plan?.extended(by: found) else { throw QueueError.invalid("nothing is to be found out") }
    return plan
  }

  func reportResults(_ position: Int, _ batch: ResultBatch) async throws {
    state.withLock { $0.results[position, default: []].append(batch) }
    try add("\(position) results")
  }

  func storeArtifact(_ position: Int, _ upload: ArtifactUpload) async throws -> ArtifactReceipt {
    try add("artifact \(upload.name) from \(upload.source)")
    if upload.name == "large" { return .refused("it is too large") }
    return .stored(ContentDigest(sha256: "hash", md5: "", size: upload.size))
  }
}
