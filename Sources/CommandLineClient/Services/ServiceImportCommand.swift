internal import HTTPClient
internal import ServiceModel

/// `wright service import`: a service file becomes a service of the server.
enum ServiceImportCommand {
  static let command = Command(
    "import", "make a service of a service file",
    details: """
      The file becomes the draft of a new service with the file's name. Its data sources are made where there are none \
      of their names; those that are there stay as they are. How they are reached is said on the server, never in the \
      file.
      """,
    arguments: [ServiceCommand.file],
    flags: [
      Flag("replace", .none, "where there is a service of the name, the file becomes its draft"), CommonFlags.json,
      CommonFlags.server,
    ],
    examples: [
      ("wright service import shop.yml", "a new service"),
      ("wright service import shop.yml --replace && wright service save shop", "what stands in a repository counts"),
    ], statuses: [(1, "the server refused it"), (2, "the file is no service file")]
  ) { invocation, console in
    let path = invocation.arguments[0]
    let bytes = try ServiceFileInput.bytes(path)
    // What is wrong with the file is said without a server, with its lines.
    let document = try ServiceFileInput.document(bytes, of: path)
    let connection = try ServerConnection(invocation, console)
    let isThere = invocation.has("replace") ? try await isThere(document.name, connection) : false
    let place = isThere ? ServicePath.of(document.name) + "/draft" : "/services"
    let headers: HTTPClientHeaders = ["Content-Type": "application/yaml"]
    do {
      let answer = try await connection.collect(
        try await connection.request(isThere ? "PUT" : "POST", place, headers: headers, body: bytes))
      let done = isThere ? "is the draft of" : "is"
      let line = BuildRenderer.safe("\(path) \(done) the service \(document.name)")
      try console.output(invocation.has("json") ? answer + [0x0A] : Array((line + "\n").utf8))
      return 0
    } catch let refused as RefusedBody {
      try console.error(ServicePath.lines(refused, console))
      return 1
    }
  }

  private static func isThere(_ name: String, _ connection: ServerConnection) async throws -> Bool {
    let answer = try await connection.send("GET", ServicePath.of(name))
    if answer.status == 404 { return false }
    guard answer.status == 200 else { throw await connection.refusal(answer) }
    return true
  }
}
