import Agent
import CommandLineClient
import Concurrency
import Crypto
import Files
import Model
import Planning
import Queue

/// Shows a build on the terminal and copies its artifacts into a folder.
final class TerminalReporter: BuildReporter {
  /// What was asked for; a `detect` job extends it.
  private let plan: Plan
  private let jobs: Lock<[(stage: PlannedStage, job: PlannedJob)]>
  private let console: Console
  private let artifacts: String
  private let results = Lock(ResultSummary())
  private let state: Lock<(renderer: BuildRenderer, begun: ContinuousClock.Instant)>

  init(plan: Plan, console: Console, artifacts: String) {
    self.plan = plan
    jobs = Lock(plan.jobs)
    self.console = console
    self.artifacts = artifacts
    state = Lock((BuildRenderer(console), .now))
  }

  func report(_ changes: [BuildChange]) async throws {
    for change in changes { try show(change) }
  }

  func appendLog(_ position: Int, _ bytes: [UInt8], elapsed: Duration) async throws {
    try write { $0.output(bytes) }
  }

  /// The build has ended.
  func ended(_ status: Status, after duration: Duration) throws {
    for line in results.withLock({ $0.lines }) { try write { $0.note(line) } }
    try write { $0.buildEnded(status, duration: duration) }
  }

  private func show(_ change: BuildChange) throws {
    switch change {
    case .started(let position):
      guard let (stage, job) = job(position) else { return }
      state.withLock { $0.begun = .now }
      try write { $0.heading(stage: stage.name, job: job.name) }
    case .finished(_, let status, let exitCode):
      let duration = ContinuousClock.now - state.withLock { $0.begun }
      try write { $0.jobEnded(status, exitCode: exitCode, duration: duration) }
    case .skipped, .commit: break
    }
  }

  private func job(_ position: Int) -> (stage: PlannedStage, job: PlannedJob)? {
    jobs.withLock { $0.indices.contains(position) ? $0[position] : nil }
  }

  func extend(by found: PlanExtension) async throws -> Plan {
    guard let extended = plan.extended(by: found) else { throw QueueError.invalid("the plan has no job that detects") }
    jobs.withLock { $0 = extended.jobs }
    return extended
  }

  private func write(_ body: (inout BuildRenderer) -> [UInt8]) throws {
    try console.output(state.withLock { body(&$0.renderer) })
  }

  func reportResults(_ position: Int, _ batch: ResultBatch) async throws {
    results.withLock { $0.add(batch, of: position) }
  }

  /// Copies the file to `artifacts/name`; the name was checked already.
  func storeArtifact(_ position: Int, _ upload: ArtifactUpload) async throws -> ArtifactReceipt {
    let path = "\(artifacts)/\(upload.name)"
    if let slash = path.lastIndex(of: "/") {
      try FileTree.makeDirectory(String(path[..<slash]), permissions: 0o755)
    }
    return .stored(try await Self.threads.run { try Self.copy(upload, to: path) })
  }

  private static let threads = BlockingThreads(name: "artifacts", count: 1)

  private static func copy(_ upload: ArtifactUpload, to path: String) throws -> ContentDigest {
    let temporary = path + ".new"
    try FileTree.removeFile(temporary)
    let file = try FileDescriptor.open(temporary, .createNew(permissions: upload.permissions & 0o777 | 0o600))
    var sha256 = try SHA256()
    var md5 = try MD5()
    var offset: Int64 = 0
    while offset < upload.size {
      let bytes = try upload.file.read(count: Int(min(1 << 20, upload.size - offset)), at: offset)
      if bytes.isEmpty { break }
      sha256.update(bytes)
      md5.update(bytes)
      try file.write(bytes, at: offset)
      offset += Int64(bytes.count)
    }
    try FileTree.rename(temporary, to: path)
    return ContentDigest(
      sha256: Hexadecimal.string(try sha256.finish()), md5: Hexadecimal.string(try md5.finish()), size: offset)
  }
}
