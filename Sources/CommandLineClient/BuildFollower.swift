internal import HTTPClient
internal import Model

/// Shows a build live from its first job to its last, and says how it ended.
struct BuildFollower {
  let connection: ServerConnection
  let console: Console
  /// Jobs to show; nil shows all.
  var selected: Set<Int64>?
  private var renderer: BuildRenderer
  private var shown: Set<Int64> = []
  /// How the jobs that were shown have ended, by their place in the build.
  private var ends: [Int: Status] = [:]

  init(_ connection: ServerConnection, _ console: Console, selected: Set<Int64>? = nil) {
    self.connection = connection
    self.console = console
    self.selected = selected
    renderer = BuildRenderer(console)
  }

  /// Follows the build to its end and returns it as it is then.
  mutating func run(_ id: Int64) async throws -> BuildDocument {
    var build = try await connection.build(id)
    while true {
      let jobs = (build.jobs ?? []).enumerated().filter { isNews($0.element, at: $0.offset) }
      for (place, job) in jobs { ends[place] = try await follow(job, of: id) }
      if build.state.isFinal { break }
      if jobs.isEmpty { try await waitForEnd(of: id) }
      build = try await connection.build(id)
    }
    return build
  }

  /// The last line: how the build ended.
  mutating func showEnd(of build: BuildDocument) throws {
    try console.output(renderer.buildEnded(build.state, reason: build.reason, duration: build.duration))
  }

  /// A build that was begun anew has new jobs in the place of those that had ended. One that passes again says
  /// nothing new.
  private func isNews(_ job: BuildDocument.JobDocument, at place: Int) -> Bool {
    if shown.contains(job.id) || !(selected?.contains(job.id) ?? true) { return false }
    return !(job.state == .passed && ends[place] == .passed)
  }

  private mutating func follow(_ job: BuildDocument.JobDocument, of build: Int64) async throws -> Status {
    shown.insert(job.id)
    var hasHeading = false
    var begun: ContinuousClock.Instant?
    var renderer = renderer
    defer { self.renderer = renderer }
    var follower = LogFollower(connection: connection, job: job.id)
    let status = try await follower.run { update in
      if !hasHeading, update != .status(.queued), update != .status(.skipped) {
        hasHeading = true
        if job.state == .queued { begun = .now }
        try console.output(renderer.heading(stage: job.stage, job: job.name))
      }
      if case .output(let bytes) = update { try console.output(renderer.output(bytes)) }
    }
    if !hasHeading { try console.output(renderer.heading(stage: job.stage, job: job.name)) }
    let (exitCode, duration) = try await ending(of: job, in: build, status, begun.map { .now - $0 })
    try console.output(renderer.jobEnded(status, exitCode: exitCode, duration: duration))
    return status
  }

  /// The exit status and the time: measured here for a job that was seen to begin and has passed, else asked for.
  private func ending(
    of job: BuildDocument.JobDocument, in build: Int64, _ status: Status, _ measured: Duration?
  ) async throws -> (Int32?, Duration?) {
    if job.state.isFinal { return (job.exit_code, job.duration) }
    if status == .skipped { return (nil, nil) }
    if status == .passed, let measured { return (nil, measured) }
    let now = try await connection.build(build).jobs?.first { $0.id == job.id }
    return (now?.exit_code, now?.duration ?? measured)
  }

  /// Waits until the build is over, for a build that has nothing to show before.
  private func waitForEnd(of build: Int64) async throws {
    var retry = Retry()
    while true {
      do {
        let response = try await connection.request(
          "GET", "/builds/\(build)/events", headers: ["Accept": "text/event-stream"])
        var parser = EventStreamParser()
        for try await bytes in response.body {
          retry.succeeded()
          if try parser.take(bytes).contains(where: { $0.event == "end" }) { return }
        }
        throw TransferFailure("the server closed the events of build \(build) before its end")
      } catch {
        try await retry.recover(from: error)
      }
    }
  }
}
