internal import Model

/// `wright builds`: lists builds.
struct BuildsCommand {
  static let command = Command(
    "builds", "list builds, newest first",
    details: """
      Shows the newest builds with their status, age, running time and comment. The flags choose among them; several \
      must all hold.
      """,
    flags: [
      Flag("status", .choice(Status.allCases.filter(\.isBuildStatus).map(\.rawValue)), "only builds of this status"),
      Flag("tag", .text("T"), "only builds with this tag"),
      Flag("search", .text("TEXT"), "only builds whose comment, tags or namespace hold this"),
      Flag("limit", .number("N", 1...Int.max), "at most so many", standard: "20"),
      Flag("all", .none, "all of them"),
      Flag("cursor", .text("CURSOR"), "go on where an earlier list ended"), CommonFlags.json, CommonFlags.server,
    ],
    examples: [
      ("wright builds --status failed --limit 5", "the last five that failed"),
      ("wright builds --tag nightly --all --json", "every nightly build, for a script"),
    ]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let limit = invocation.has("all") ? Int.max : invocation.number("limit") ?? 20
    var list = BuildList(connection: connection, console: console, isJSON: invocation.has("json"), limit: limit)
    try await list.run(query(invocation, limit: limit))
    return 0
  }

  private static func query(_ invocation: Invocation, limit: Int) -> String {
    var pairs = ["limit=\(min(200, limit))"]
    for name in ["status", "tag", "search", "cursor"] {
      if let value = invocation.value(name) { pairs.append("\(name)=\(ServerAddress.encoded(value))") }
    }
    return "/builds?" + pairs.joined(separator: "&")
  }
}

/// A list of builds that comes page by page.
private struct BuildList {
  let connection: ServerConnection
  let console: Console
  let isJSON: Bool
  let limit: Int
  private var count = 0
  private var pages: [[UInt8]] = []

  init(connection: ServerConnection, console: Console, isJSON: Bool, limit: Int) {
    self.connection = connection
    self.console = console
    self.isJSON = isJSON
    self.limit = limit
  }

  mutating func run(_ path: String) async throws {
    var builds: [BuildDocument] = []
    let next = try await connection.pages(path) { body in
      let page = try connection.decode([BuildDocument].self, from: body)
      builds += page
      pages.append(body)
      return builds.count < limit
    }
    if isJSON {
      try console.output(try JSONArrays.joined(pages, limit: limit, count: builds.count) + [0x0A])
    } else {
      try show(Array(builds.prefix(limit)))
    }
    if let next, let cursor = next.split(separator: "cursor=").last?.split(separator: "&").first,
      next.contains("cursor=")
    {
      try console.error("there are more: add --all, or --cursor \(cursor)\n")
    }
  }

  private func show(_ builds: [BuildDocument]) throws {
    guard !builds.isEmpty else { return try console.error("no builds\n") }
    let moment = Timestamp.present
    let style = console.style
    var table = TextTable(
      ["BUILD", "STATUS", "AGE", "TIME", "COMMENT"], width: console.outputIsTerminal ? console.width : nil)
    for build in builds {
      let state = build.state
      table.add([
        .init("#\(build.id)"), .init(state.title, paint: { style.status($0, state) }),
        .init((moment - build.created_at).age), .init(build.elapsed(at: moment)?.quantity ?? ""),
        .init(build.remarks),
      ])
    }
    try console.output(table.text(style))
  }
}

extension BuildDocument {
  /// The comment and what else there is to say in a line.
  var remarks: String {
    var words = [trigger?.comment ?? ""]
    if let tags, !tags.isEmpty { words.append("[\(tags.joined(separator: ", "))]") }
    if pinned ?? false { words.append("(pinned)") }
    return words.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// How long it ran, or has run so far.
  func elapsed(at now: Timestamp) -> Duration? { started_at.map { (finished_at ?? now) - $0 } }
}

extension Duration {
  /// To one unit: `5 s`, `12 min`, `3 h`, `9 d`.
  var age: String {
    let seconds = Swift.max(0, milliseconds / 1000)
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min"
    case ..<86_400: return "\(seconds / 3600) h"
    default: return "\(seconds / 86_400) d"
    }
  }
}
