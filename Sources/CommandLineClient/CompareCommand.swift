internal import Model

/// `wright compare`: how the artifacts of two commits differ.
struct CompareCommand {
  static let command = Command(
    "compare", "compare the artifacts of two commits",
    details: "A commit is given by at least 7 of its digits; `build-12` stands for build 12 alone.",
    arguments: [Argument("COMMIT", "the first one"), Argument("OTHER", "the second one")],
    flags: [CommonFlags.json, CommonFlags.server],
    examples: [
      ("wright compare 1a2b3c4 5d6e7f8", "what the second commit's build has made beside the first's"),
      ("wright compare build-11 build-12 --json", "two builds, for a script"),
    ]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let (first, second) = (invocation.arguments[0], invocation.arguments[1])
    let body = try await connection.bytes(
      "GET", "/commits/\(ServerAddress.encoded(first))/compare/\(ServerAddress.encoded(second))")
    if invocation.has("json") {
      try console.output(body + [0x0A])
    } else {
      try console.output(try connection.decode(ComparisonDocument.self, from: body).text(console.style))
    }
    return 0
  }
}

/// A comparison as the server describes it.
struct ComparisonDocument: Decodable, Sendable {
  struct Change: Decodable, Sendable {
    var name: String
    var size: Int64?
    var size_before: Int64?
    var size_after: Int64?
    var delta: Int64
  }
  var unchanged: Int64
  var added: [Change]
  var removed: [Change]
  var changed: [Change]

  /// A line a difference, and one for what is the same.
  func text(_ style: Style) -> String {
    let counts = "\(added.count) added, \(removed.count) removed, \(changed.count) changed, \(unchanged) unchanged\n"
    if added.isEmpty, removed.isEmpty, changed.isEmpty { return counts }
    var table = TextTable(["", "SIZE", "CHANGE", "ARTIFACT"])
    let groups: [(String, [Change], Status)] = [
      ("+", added, .passed), ("-", removed, .failed), ("~", changed, .running),
    ]
    for (sign, changes, colour) in groups {
      for change in changes {
        table.add([
          .init(sign, paint: { style.status($0, colour) }),
          .init(ByteCount.text(change.size_after ?? change.size ?? 0)),
          .init(ByteCount.difference(change.delta)), .init(change.name),
        ])
      }
    }
    return table.text(style) + counts
  }
}
