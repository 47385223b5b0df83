internal import Model

/// `wright service list` and `delete`.
enum ServiceListCommand {
  private struct ServiceRow: Decodable {
    var name: String
    var draft_saved_at: Timestamp
    var last_revision: Int64?
    var builds_total: Int64
  }

  static let list = Command(
    "list", "list your services", flags: [CommonFlags.json, CommonFlags.server],
    examples: [("wright service list", "what there is, and what was saved of it")]
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    let answer = try await connection.bytes("GET", "/services")
    if invocation.has("json") {
      try console.output(answer + [0x0A])
      return 0
    }
    let services = try connection.decode([ServiceRow].self, from: answer)
    if services.isEmpty {
      try console.error(
        "no services; `wright service import FILE` makes one, or draw one at \(connection.address.base)/services\n")
      return 0
    }
    var table = TextTable(["SERVICE", "REVISION", "BUILDS", "DRAFT KEPT"])
    for service in services {
      table.add([
        .init(service.name), .init(service.last_revision.map { "\($0)" } ?? "not saved"),
        .init("\(service.builds_total)"), .init(service.draft_saved_at.rfc3339),
      ])
    }
    try console.output(table.text(console.style))
    return 0
  }

  static let delete = Command(
    "delete", "delete a service with all that it has", arguments: [ServiceCommand.name],
    flags: [Flag("yes", .none, "do it; without it nothing happens"), CommonFlags.server],
    examples: [("wright service delete shop --yes", "delete it for good")]
  ) { invocation, console in
    guard invocation.has("yes") else {
      throw UsageError("its draft, revisions, builds and build configuration are gone for good then; say --yes")
    }
    let name = invocation.arguments[0]
    let connection = try ServerConnection(invocation, console)
    let path = ServicePath.of(name) + "?confirm=" + ServerAddress.encoded(name)
    _ = try await connection.bytes("DELETE", path)
    try console.output(BuildRenderer.safe("service \(name) is deleted") + "\n")
    return 0
  }
}
