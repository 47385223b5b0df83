internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// The servers that share the database.
struct ServerRoutes {
  let dependencies: APIDependencies
  /// One that was not heard of for so long has gone, or its machine has.
  private static let silence: Duration = .seconds(15)

  var routes: [Route] {
    [
      Route(
        "GET", "/api/v1/servers",
        documentation: .init(
          "The servers that share the database, the oldest first; one of them leads", tag: "Server",
          responses: [.jsonList(200, "The servers", "Server")]), list)
    ]
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let servers = try await dependencies.store.servers()
    // Whoever has a database of its own leads it.
    let this = dependencies.standing()?.id ?? servers.leader?.id
    let now = dependencies.clock()
    return .json { writer in
      writer.beginArray()
      for server in servers {
        let isThis = server.id == this
        writer.beginObject()
        writer.field("id", server.id)
        writer.field("address", server.address.isEmpty ? nil : server.address)
        writer.field("state", Self.state(server, isLeader: server.id == servers.leader?.id, isThis: isThis, now))
        writer.field("this", isThis)
        writer.field("version", server.version)
        writer.field("schema", server.schema)
        writer.field("term", server.term)
        writer.field("started_at", server.startedAt)
        writer.field("seen_at", isThis ? now : server.seenAt)
        writer.endObject()
      }
      writer.endArray()
    }
  }

  private static func state(_ server: ServerRecord, isLeader: Bool, isThis: Bool, _ now: Timestamp) -> String {
    if !isThis, now - server.seenAt > silence { return "silent" }
    return isLeader ? "leading" : "following"
  }
}
