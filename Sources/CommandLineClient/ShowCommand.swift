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
    try console.output(
      facts(of: build, console.style) + jobs(of: build, console.style) + table(of: artifacts, console.style))
    return 0
  }

  private static func facts(of build: BuildDocument, _ style: Style) -> String {
    var title = style.bold("Build #\(build.id)") + "  " + style.status(build.state.title, build.state)
    if let duration = build.duration { title += " after \(duration.quantity)" }
    var rows: [(String, String?)] = [("reason", build.reason), ("comment", build.trigger?.comment)]
    rows += [("namespace", build.namespace), ("trigger", build.trigger?.type)]
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
