internal import Model

/// `wright show`: one build with its jobs and artifacts.
struct ShowCommand {
  static let command = Command(
    "show", "show a build with its jobs and artifacts",
    arguments: [Argument("ID", "the build, as in 12 or #12")], flags: [CommonFlags.json, CommonFlags.server],
    examples: [
      ("wright show 12", "what became of build 12"), ("wright show 12 --json", "all that the server knows of it"),
    ]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let id = try ServerConnection.number(invocation.arguments[0])
    let body = try await connection.bytes("GET", "/builds/\(id)")
    if invocation.has("json") {
      try console.output(body + [0x0A])
      return 0
    }
    let build = try connection.decode(BuildDocument.self, from: body)
    let list = try await connection.bytes("GET", "/builds/\(id)/artifacts")
    let artifacts = try connection.decode([ArtifactDocument].self, from: list)
    let style = console.style
    try console.output(
      facts(of: build, style) + jobs(of: build, style) + (try await found(in: build, connection, style))
        + table(of: artifacts, style))
    return 0
  }

  private static func facts(of build: BuildDocument, _ style: Style) -> String {
    var title = style.bold("Build #\(build.id)") + "  " + style.status(build.state.title, build.state)
    if let duration = build.duration { title += " after \(duration.quantity)" }
    var rows: [(String, String?)] = [
      ("reason", build.reason), ("waiting", build.waiting_for), ("comment", build.trigger?.comment),
    ]
    rows += [("namespace", build.namespace), ("trigger", build.trigger?.type)]
    rows += [("found", summary(of: build))]
    rows += [("tags", build.tags?.joined(separator: ", ")), ("commit", build.commit)]
    rows += [("pinned", build.pinned == true ? "yes" : nil), ("created", build.created_at.rfc3339)]
    rows += [("started", build.started_at?.rfc3339), ("finished", build.finished_at?.rfc3339)]
    let lines = rows.compactMap { name, value -> String? in
      guard let value, !value.isEmpty else { return nil }
      return "  \(style.dim(name))\(String(repeating: " ", count: 11 - name.count))\(BuildRenderer.safe(value))"
    }
    return ([title] + lines).joined(separator: "\n") + "\n"
  }

  private static func jobs(of build: BuildDocument, _ style: Style) -> String {
    guard let jobs = build.jobs, !jobs.isEmpty else { return "" }
    var table = TextTable(["STAGE", "JOB", "STATUS", "EXIT", "TIME"])
    for job in jobs {
      let state = job.state
      table.add([
        .init(job.stage), .init(job.name), .init(state.title, paint: { style.status($0, state) }),
        .init(job.exit_code.map(String.init) ?? ""), .init(job.duration?.quantity ?? ""),
      ])
    }
    return "\n" + table.text(style)
  }

  /// How many messages and failed tests are named.
  private static let named = 10

  /// The first errors, or where there are none warnings, and the first tests that failed.
  private static func found(
    in build: BuildDocument, _ connection: ServerConnection, _ style: Style
  ) async throws -> String {
    var lines: [String] = []
    let messages = build.found.messages
    if !messages.isEmpty {
      let severity = messages.errors > 0 ? "error" : "warning"
      let body = try await connection.bytes("GET", "/builds/\(build.id)/messages?severity=\(severity)&limit=\(named)")
      lines += try connection.decode([MessageDocument].self, from: body).map(\.words)
    }
    if let tests = build.tests, tests.failed + tests.errors > 0 {
      let body = try await connection.bytes("GET", "/builds/\(build.id)/tests?limit=\(named)")
      let failing = try connection.decode([TestDocument].self, from: body).filter {
        ["failed", "error"].contains($0.status)
      }
      lines += failing.map { "failed: \($0.words)" }
    }
    return lines.isEmpty ? "" : "\n" + lines.map { BuildRenderer.safe($0) + "\n" }.joined()
  }

  /// What was found, with what is new: `2 errors, 3 warnings; tests: 10 passed (1 new)`.
  private static func summary(of build: BuildDocument) -> String? {
    let new = (build.new_errors ?? 0) + (build.new_warnings ?? 0)
    return ResultSummary.words(build.found).map { new > 0 ? "\($0) (\(new) new)" : $0 }
  }

  /// The artifacts; nothing where there are none.
  static func table(of artifacts: [ArtifactDocument], _ style: Style) -> String {
    guard !artifacts.isEmpty else { return "" }
    // Only what was built has a kind.
    let hasKinds = artifacts.contains { $0.kind != nil }
    var table = TextTable(["ARTIFACT"] + (hasKinds ? ["KIND"] : []) + ["SIZE", "SHA-256"])
    for artifact in artifacts {
      table.add(
        [.init(artifact.name)] + (hasKinds ? [.init(artifact.description)] : []) + [
          .init(ByteCount.text(artifact.size)), .init(artifact.sha256),
        ])
    }
    return "\n" + table.text(style)
  }
}
