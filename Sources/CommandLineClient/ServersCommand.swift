internal import Model

/// `wright servers`.
enum ServersCommand {
  static let command = Command(
    "servers", "list the servers that share the database",
    details: """
      One of them leads: it has the queue, and writes. The others follow: they answer what only reads, and hand the rest \
      on to it. When it goes, one of them takes its place.
      """,
    flags: [CommonFlags.json, CommonFlags.server],
    examples: [("wright servers", "which servers there are, and which of them leads")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let body = try await connection.bytes("GET", "/servers")
    if invocation.has("json") {
      try console.output(body + [0x0A])
      return 0
    }
    let now = Timestamp.present
    var table = TextTable(["SERVER", "STATE", "ADDRESS", "VERSION", "UP", "SEEN"])
    for server in try connection.decode([ServerDocument].self, from: body) {
      table.add([
        .init(server.id + (server.this == true ? " (this)" : "")), .init(server.state), .init(server.address ?? ""),
        .init(server.version), .init((now - server.started_at).age), .init("\((now - server.seen_at).age) ago"),
      ])
    }
    try console.output(table.text(console.style))
    return 0
  }
}

/// A server as the server describes it.
struct ServerDocument: Decodable, Sendable {
  var id: String
  var address: String?
  var state: String
  var this: Bool?
  var version: String
  var started_at: Timestamp
  var seen_at: Timestamp
}
