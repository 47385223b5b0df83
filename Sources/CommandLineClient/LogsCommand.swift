internal import Documents
internal import Model

/// `wright logs`: the logs of a build.
struct LogsCommand {
  static let command = Command(
    "logs", "print the logs of a build",
    details: """
      Prints what is stored of the logs of a build's jobs, in the order of execution. With --follow it goes on until \
      the build has ended; Ctrl-C leaves, and the build goes on. With --job it prints that job's log alone, byte for \
      byte. A connection that is cut is made again, and the log goes on where it was.

      On a terminal only text and colours of a log are shown, none of its other escape sequences.
      """,
    arguments: [Argument("ID", "the build, as in 12 or #12")],
    flags: [
      Flag("follow", .none, "show the log live until the build has ended"),
      Flag("job", .text("NAME"), "only this job, by its name or as stage/name"), CommonFlags.server,
    ],
    examples: [
      ("wright logs 12", "all logs of build 12"), ("wright logs 12 --job test/unit --follow", "watch one job"),
      ("wright logs 12 --job unit > unit.log", "keep one log"),
    ]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let id = try ServerConnection.number(invocation.arguments[0])
    let build = try await connection.build(id)
    let jobs = try invocation.value("job").map { [try job($0, of: build)] } ?? build.jobs ?? []
    if !invocation.has("follow") {
      try await dump(jobs, withHeadings: !invocation.has("job"), connection, console)
    } else if let job = jobs.first, invocation.has("job") {
      try await follow(job, connection, console)
    } else {
      var follower = BuildFollower(connection, console)
      try follower.showEnd(of: try await follower.run(id))
    }
    return 0
  }

  /// The job of this name, or `stage/name`.
  static func job(_ name: String, of build: BuildDocument) throws(CommandFailure) -> BuildDocument.JobDocument {
    let jobs = build.jobs ?? []
    let found =
      jobs.filter { $0.path == name }.isEmpty ? jobs.filter { $0.name == name } : jobs.filter { $0.path == name }
    if found.count == 1, let job = found.first { return job }
    if let near = nearestName(to: name, in: jobs.map(\.name)), found.isEmpty {
      throw CommandFailure("build #\(build.id) has no job '\(name)'; did you mean '\(near)'?")
    }
    let names = (found.isEmpty ? jobs : found).prefix(10).map(\.path).joined(separator: ", ")
    let problem = found.isEmpty ? "has no job '\(name)'; there are" : "has several jobs '\(name)'; choose one of"
    throw CommandFailure(BuildRenderer.safe("build #\(build.id) \(problem) \(names)"))
  }

  private static func dump(
    _ jobs: [BuildDocument.JobDocument], withHeadings: Bool, _ connection: ServerConnection, _ console: Console
  ) async throws {
    var renderer = BuildRenderer(console)
    for job in jobs {
      if withHeadings { try console.output(renderer.heading(stage: job.stage, job: job.name)) }
      // A job that never began has no log to ask for.
      if job.log_size != 0 || job.state == .running {
        var download = LogDownload(connection: connection, job: job.id)
        try await download.run { try console.output(renderer.output($0)) }
      }
      guard withHeadings else { continue }
      try console.output(renderer.jobEnded(job.state, exitCode: job.exit_code, duration: job.duration))
    }
  }

  private static func follow(
    _ job: BuildDocument.JobDocument, _ connection: ServerConnection, _ console: Console
  ) async throws {
    var renderer = BuildRenderer(console)
    var follower = LogFollower(connection: connection, job: job.id)
    _ = try await follower.run { update in
      if case .output(let bytes) = update { try console.output(renderer.output(bytes)) }
    }
  }
}
