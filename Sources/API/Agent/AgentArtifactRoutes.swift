internal import FoundationEssentials
internal import HTTPServer
internal import Model
internal import Queue
internal import Routing

/// How an agent's artifacts come in: announced first, with all of a small one; then the rest, which goes on where it was
/// cut off. Done twice, each has the effect of once.
struct AgentArtifactRoutes {
  let access: AgentAccess

  private var gateway: any AgentGateway { access.gateway }

  var routes: [Route] {
    [
      LeaseRoutes.route(
        "jobs/{job}/artifacts",
        "Announces an artifact, or asks how much of it has come; a small one comes with it",
        request: AgentSchemas.artifact,
        [.json(200, "It is stored, or where its rest goes", "AgentArtifact")], announce),
      LeaseRoutes.route(
        "PUT", "uploads/{upload}", "Sends an announced artifact's bytes from offset to its end",
        query: [ParameterDocumentation("offset", "How much has come before", schema: Schemas.count)],
        [
          .json(200, "It is stored", "AgentArtifact"),
          .problem(412, "Another part has come: announce it again"),
        ], receive),
    ]
  }

  @Sendable private func announce(_ request: RouteRequest) async throws -> HTTPResponse {
    let (lease, job) = (try request.lease(in: gateway), try request.job())
    let message = try await request.message(ArtifactMessage.self, limit: 1 << 20)
    let upload = try AgentUploads.Upload(lease, job, message)
    switch try await access.uploads.announce(upload) {
    case .stored(let artifact): return try .message(ArtifactAnswer(artifact))
    case .received(let offset) where message.size > 0 && message.content == nil:
      return try .message(ArtifactAnswer(ArtifactAnswer.Upload(id: upload.id, offset: offset)))
    case .received:
      let artifact = try await access.uploads.store(upload, Array(message.content ?? .init()), in: gateway)
      return try .message(ArtifactAnswer(artifact))
    }
  }

  @Sendable private func receive(_ request: RouteRequest) async throws -> HTTPResponse {
    let lease = try request.lease(in: gateway)
    let offset = try request.number("offset", absent: 0)
    let artifact = try await access.uploads.receive(
      request.parameters["upload"] ?? "", of: lease, from: offset, request.http.body, in: gateway)
    return try .message(ArtifactAnswer(artifact))
  }
}
