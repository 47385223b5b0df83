internal import Logs
internal import Model
internal import Queue
internal import Store

/// Follows a build's logs, one job after the other, and its end.
struct BuildFollower: Sendable {
  let dependencies: APIDependencies
  let build: Build
  /// Takes the next lines.
  let show: @Sendable ([String]) async throws -> Void
  private static let pieceBytes = 64 << 10
  /// What a shell says of a program that was ended by TERM.
  private static let stopped: Int64 = 143
  /// What git says where it fails.
  private static let cloneFailed: Int64 = 128

  init(
    dependencies: APIDependencies, build: Build, show: @escaping @Sendable ([String]) async throws -> Void
  ) {
    self.dependencies = dependencies
    self.build = build
    self.show = show
  }

  /// Returns how it ended.
  func run() async throws -> BuildAnswer {
    // What creating the driver says is of interest only where that fails.
    let jobs = try await jobs()
    for job in jobs.dropFirst() { try await follow(job) }
    let status = try await finalStatus()
    let ended = try await self.jobs()
    if let first = ended.first, first.status != .passed { try await follow(first) }
    if status == .passed || status == .passedWithFailures { return .succeeded }
    return .failed(exitCode: Self.exitCode(of: ended, status))
  }

  private func jobs() async throws -> [Job] {
    try await dependencies.store.buildWithJobs(build.id, owner: build.owner)?.jobs ?? []
  }

  static func exitCode(of jobs: [Job], _ status: Status) -> Int64 {
    let last = jobs.last { $0.status != .passed && $0.status != .skipped }
    if let code = last?.exitCode, code != 0 { return Int64(code) }
    switch status {
    case .killed, .timedOut: return stopped
    default: return last.map { $0.stage == setupStageName && $0.position > 0 } == true ? cloneFailed : 1
    }
  }

  private func follow(_ job: Job) async throws {
    try await LogWatch.follow(job, owner: build.owner, dependencies) { watch in try await showLines(of: job, watch) }
  }

  private func showLines(of job: Job, _ watch: LogWatch) async throws {
    var splitter = LogLineSplitter()
    var position: Int64 = 0
    while true {
      let now = watch.now
      let end = now.status.isFinal ? try await dependencies.logs.state(job.id).size : now.log.size
      while position < end {
        let limit = Int(min(end - position, Int64(Self.pieceBytes)))
        let bytes = try await dependencies.logs.read(job.id, from: position, limit: limit)
        if bytes.isEmpty { break }
        position += Int64(bytes.count)
        let lines = splitter.take(bytes)
        if !lines.isEmpty { try await show(lines) }
      }
      if now.status.isFinal { break }
      if now.isClosed { throw CancellationError() }
      await watch.wait()
      try Task.checkCancellation()
    }
    let rest = splitter.finish()
    if !rest.isEmpty { try await show(rest) }
  }

  private func finalStatus() async throws -> Status {
    // Subscribed before the present state is read: no change falls between the two.
    let events = dependencies.queue.events(.build(build.id))
    if let status = try await presentStatus(), status.isFinal { return status }
    for await event in events {
      switch event {
      case .build(let build) where build.status.isFinal: return build.status
      case .missed: if let status = try await presentStatus(), status.isFinal { return status }
      default: continue
      }
    }
    throw CancellationError()
  }

  private func presentStatus() async throws -> Status? {
    try await dependencies.store.build(build.id, owner: build.owner)?.status
  }
}
