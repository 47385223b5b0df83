internal import Concurrency
internal import HTTPServer
internal import Model
internal import Routing
internal import Store
internal import WebSocket

/// Builds of Nix derivations over a WebSocket.
struct BuildSocketRoutes {
  let dependencies: APIDependencies
  private let desk = BuildSocketDesk()

  init(dependencies: APIDependencies) { self.dependencies = dependencies }

  var routes: [Route] {
    [
      Route(
        "GET", "/api/v1/build", access: .open, at: .leader,
        documentation: .init(
          "A WebSocket that takes one build of a Nix derivation and tells how it goes; one connection at a time",
          tag: "Nix",
          responses: [
            RouteAnswer(101, "The WebSocket; send the build as a text message", nil),
            .problem(401, "No valid token, neither in Authorization nor as the first subprotocol"),
            .problem(426, "Not a request for a WebSocket"),
          ]), open)
    ]
  }

  @Sendable private func open(_ request: RouteRequest) async throws -> HTTPResponse {
    let owner = try await owner(of: request.http)
    let upgrade: WebSocketUpgrade
    do throws(WebSocketUpgrade.Refusal) { upgrade = try WebSocketUpgrade(request.http) } catch {
      throw Problem(error.status, error.detail, headers: HTTPHeaders(error.headers.map { ($0.key, $0.value) }))
    }
    let session = BuildSocketSession(dependencies: dependencies, owner: owner, desk: desk)
    return try upgrade.response(subprotocol: upgrade.subprotocols.first) { socket in await session.run(socket) }
  }

  /// A browser's session does not count: pages of other sites may open WebSockets with it.
  private func owner(of request: HTTPRequest) async throws -> UserID {
    if case .anybody(let owner) = dependencies.buildSocket { return owner }
    let token =
      request.headers["Authorization"] == nil
      ? WebSocketUpgrade.subprotocols(of: request).first : request.bearerToken
    guard let token, let caller = try await dependencies.authentication.principal(token, kind: .user) else {
      throw Problem(
        401, "send a valid token: Authorization: Bearer <token>, or the token as the first Sec-WebSocket-Protocol",
        headers: ["WWW-Authenticate": "Bearer"])
    }
    return caller.user
  }
}

/// Lets one connection at a time send builds.
final class BuildSocketDesk: Sendable {
  private let isTaken = Lock(false)

  /// False where somebody is there.
  func enter() -> Bool {
    isTaken.withLock { isTaken in
      defer { isTaken = true }
      return !isTaken
    }
  }

  /// Whoever has entered leaves.
  func leave() { isTaken.withLock { $0 = false } }
}
