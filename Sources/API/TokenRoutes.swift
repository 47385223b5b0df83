internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// The caller's API tokens.
struct TokenRoutes {
  let dependencies: APIDependencies
  private static let longestLife: Int64 = 10 * 366 * 86_400

  var routes: [Route] {
    [
      Route(
        "GET", "/api/v1/tokens",
        documentation: .init(
          "The caller's valid tokens, newest first, without their text", tag: "Tokens",
          responses: [.jsonList(200, "The tokens", "Token")]), list),
      Route(
        "POST", "/api/v1/tokens",
        documentation: .init(
          "Makes a token; its text is in this answer and nowhere else", tag: "Tokens", requestSchema: Schemas.newToken,
          responses: [.json(201, "The token", "NewToken")]), create),
      Route(
        "DELETE", "/api/v1/tokens/{id}",
        documentation: .init(
          "Revokes a token, at once and for ever", tag: "Tokens", responses: [RouteAnswer(204, "It is revoked")]),
        revoke),
    ]
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let tokens = try await dependencies.store.tokens(owner: request.caller().user, at: dependencies.clock())
    return .json { writer in
      writer.beginArray()
      for token in tokens { writer.token(token) }
      writer.endArray()
    }
  }

  @Sendable private func create(_ request: RouteRequest) async throws -> HTTPResponse {
    var fields = try await request.http.jsonFields(limit: 64 << 10)
    let comment = fields.string("comment") ?? ""
    if comment.unicodeScalars.count > 200 { fields.refuse("comment", "the comment may hold at most 200 characters") }
    let kindName = fields.string("kind") ?? TokenKind.user.rawValue
    let kind = TokenKind(rawValue: kindName)
    if kind == nil || kind == .session { fields.refuse("kind", "kind is user or agent, not '\(kindName.shortened)'") }
    let life = fields.integer("expires_in")
    if let life, life < 1 || life > Self.longestLife {
      fields.refuse("expires_in", "expires_in is a number of seconds from 1 to \(Self.longestLife)")
    }
    try fields.finish()
    let made = try await dependencies.authentication.create(
      owner: request.caller().user, kind: kind ?? .user, comment: comment,
      expiresAt: life.map { dependencies.clock() + .seconds($0) })
    return .json(status: 201, headers: ["Location": "/api/v1/tokens/\(made.stored.id)", "Cache-Control": "no-store"]) {
      $0.token(made.stored, text: made.text)
    }
  }

  @Sendable private func revoke(_ request: RouteRequest) async throws -> HTTPResponse {
    let id: TokenID = try request.identifier("token")
    guard try await dependencies.authentication.revoke(id, owner: request.caller().user) else {
      throw Problem.notFound("there is no token \(id)")
    }
    return HTTPResponse(status: 204)
  }
}
