/// `wright service export`: a service of the server as a service file.
enum ServiceExportCommand {
  static let command = Command(
    "export", "print a service as a service file",
    details: "The draft, or a saved revision, with the data sources that it uses. It can be imported as it is.",
    arguments: [ServiceCommand.name],
    flags: [Flag("revision", .number("N", 1...Int.max), "a saved revision instead of the draft"), CommonFlags.server],
    examples: [
      ("wright service export shop > shop.yml", "the draft"),
      ("wright service export shop --revision 3 | wright service generate - --out shop", "the code of a revision"),
    ]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let query = invocation.value("revision").map { "?revision=\($0)" } ?? ""
    try console.output(try await connection.bytes("GET", ServicePath.of(invocation.arguments[0]) + "/export" + query))
    return 0
  }
}
