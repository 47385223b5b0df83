internal import Model

/// `wright kill`, `rerun`, `pin` and `unpin`: one request for a build each.
enum BuildActionCommands {
  static let all = [kill, rerun, pin, unpin]
  private static let id = Argument("ID", "the build, as in 12 or #12")

  private static let kill = action(
    "kill", "end a build that is queued or running", done: "is being killed",
    details: """
      The build's processes are asked to end, and after a grace period made to. It is `killed` within two seconds. A \
      build that has ended already cannot be killed.
      """)

  private static let pin = action(
    "pin", "keep the artifacts of a build", done: "is pinned",
    details: "The artifacts of a pinned build are never deleted to make room for others.")

  private static let unpin = action(
    "unpin", "keep the artifacts of a build no longer", done: "is not pinned any more")

  private static let rerun = Command(
    "rerun", "queue the same build again", details: "A new build does what the old one did.", arguments: [id],
    flags: [
      Flag("follow", .none, "show the build live and wait for its end"), CommonFlags.json, CommonFlags.server,
    ], examples: [("wright rerun 12 --follow", "run build 12 again and watch it")],
    statuses: [(1, "it did not work; with --follow also: the build did not pass")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let id = try ServerConnection.number(invocation.arguments[0])
    let answer = try await connection.bytes("POST", "/builds/\(id)/rerun")
    return try await FollowedBuild.show(answer, invocation, connection, console, verb: "queued, again as #\(id)")
  }

  private static func action(_ name: String, _ summary: String, done: String, details: String = "") -> Command {
    Command(
      name, summary, details: details, arguments: [id], flags: [CommonFlags.json, CommonFlags.server],
      examples: [("wright \(name) 12", summary)]
    ) { invocation, console in
      let connection = try ServerConnection(invocation, console)
      let id = try ServerConnection.number(invocation.arguments[0])
      let answer = try await connection.bytes("POST", "/builds/\(id)/\(name)")
      try console.output(invocation.has("json") ? answer + [0x0A] : Array("build #\(id) \(done)\n".utf8))
      return 0
    }
  }
}
