internal import FoundationEssentials
internal import Model

/// `wright token`: makes, lists and revokes API tokens.
struct TokenCommand {
  static let command = Command(
    "token", "make, list and revoke API tokens",
    details: "A token is what WRIGHT_TOKEN holds. The server keeps only its hash, and shows it once.",
    examples: [
      ("wright token create --comment laptop", "make a token"),
      ("wright token create --kind agent", "make one for an agent on another machine"),
      ("wright token revoke 3", "make token 3 invalid"),
    ], subcommands: [create, list, revoke])

  private struct Request: Encodable {
    var comment: String
    var kind: String?
  }

  private static let create = Command(
    "create", "make an API token and print it once",
    flags: [
      Flag("comment", .text("C"), "what it is for"),
      Flag("kind", .choice(["user", "agent"]), "what it opens: the API, or the agents' part of it", standard: "user"),
      CommonFlags.json, CommonFlags.server,
    ],
    examples: [
      ("export WRIGHT_TOKEN=$(wright token create --comment laptop)", "make one and use it"),
      ("wright token create --kind agent --comment cellar > token", "make one for `wright agent --token-file token`"),
    ]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let body = Array(
      try JSONEncoder().encode(
        Request(comment: invocation.value("comment") ?? "", kind: invocation.value("kind"))))
    let answer = try await connection.bytes("POST", "/tokens", body: body)
    if invocation.has("json") {
      try console.output(answer + [0x0A])
      return 0
    }
    let made = try connection.decode(TokenDocument.self, from: answer)
    try console.output((made.token ?? "") + "\n")
    if console.errorIsTerminal { try console.error("token \(made.id): keep it, it is not shown again\n") }
    return 0
  }

  private static let list = Command(
    "list", "list your API tokens, without the tokens themselves", flags: [CommonFlags.json, CommonFlags.server],
    examples: [("wright token list", "see which tokens there are")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    var pages: [[UInt8]] = []
    var tokens: [TokenDocument] = []
    _ = try await connection.pages("/tokens?limit=200") { body in
      tokens += try connection.decode([TokenDocument].self, from: body)
      pages.append(body)
      return true
    }
    if invocation.has("json") {
      try console.output(try JSONArrays.joined(pages, limit: .max, count: tokens.count) + [0x0A])
      return 0
    }
    var table = TextTable(["TOKEN", "KIND", "CREATED", "COMMENT"])
    for token in tokens {
      table.add([
        .init("\(token.id)"), .init(token.kind ?? "user"), .init(token.created_at?.rfc3339 ?? ""),
        .init(token.comment ?? ""),
      ])
    }
    try console.output(table.text(console.style))
    return 0
  }

  private static let revoke = Command(
    "revoke", "make an API token invalid", arguments: [Argument("ID", "its number in `wright token list`")],
    flags: [CommonFlags.server], examples: [("wright token revoke 3", "make token 3 invalid")]
  ) { invocation, console in
    guard let id = Int64(invocation.arguments[0]), id > 0 else {
      throw UsageError("'\(invocation.arguments[0])' is not the number of a token; see `wright token list`")
    }
    let connection = try ServerConnection(invocation, console)
    _ = try await connection.bytes("DELETE", "/tokens/\(id)")
    try console.output("token \(id) is not valid any more\n")
    return 0
  }
}
