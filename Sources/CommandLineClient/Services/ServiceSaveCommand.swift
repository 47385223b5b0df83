internal import HTTPClient

/// `wright service save`: the draft becomes a revision, of which builds are made.
enum ServiceSaveCommand {
  private struct RevisionDocument: Decodable { var number: Int64 }

  static let command = Command(
    "save", "make a revision of a service's draft",
    details: "Builds are made of the newest revision. Where nothing has changed since, that one is told.",
    arguments: [ServiceCommand.name], flags: [CommonFlags.json, CommonFlags.server],
    examples: [("wright service save shop", "the draft becomes the next revision")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let answer = try await connection.request("POST", ServicePath.of(invocation.arguments[0]) + "/revisions", body: [])
    let isNew = answer.status == 201
    let bytes = try await connection.collect(answer)
    if invocation.has("json") {
      try console.output(bytes + [0x0A])
      return 0
    }
    let revision = try connection.decode(RevisionDocument.self, from: bytes).number
    try console.output(isNew ? "saved as revision \(revision)\n" : "nothing has changed since revision \(revision)\n")
    return 0
  }
}
