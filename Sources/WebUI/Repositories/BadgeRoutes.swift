internal import Crypto
internal import HTTPServer
internal import Model
internal import Routing
internal import Store

extension WebUI {
  /// Badges, for anybody who knows their address.
  var badgeRoutes: [Route] {
    [
      Route(
        "GET", "/badges/{name}", access: .open,
        documentation: .init(
          "How a repository's last finished build ended, as a picture; the address is a repository's badge_url",
          tag: "Repositories",
          query: [
            ParameterDocumentation("branch", "Only builds of this branch or tag"),
            ParameterDocumentation("label", "What stands on the left; build unless set"),
          ],
          responses: [
            RouteAnswer(200, "The picture", "image/svg+xml"), RouteAnswer(304, "It is that of If-None-Match"),
          ])
      ) { try await badge($0) }
    ]
  }

  private func badge(_ request: RouteRequest) async throws -> HTTPResponse {
    let file = request.parameters["name"] ?? ""
    func text(_ name: String) -> String? {
      request.http.query(name).flatMap { $0.isEmpty ? nil : String($0.prefix(100)) }
    }
    guard file.hasSuffix(".svg"),
      let found = try await dependencies.store.badge(named: String(file.dropLast(4)), branch: text("branch"))
    else { throw Problem.notFound("There is no badge here; its repository's page has the present address.") }
    let bytes = Array(Badge(label: text("label") ?? "build", status: found.build?.status).svg.utf8)
    let tag = EntityTag.make(String(try SHA256.hex(bytes).prefix(32)))
    // Forges fetch it through caches of their own: a short life, so that these ask again. Other sites show it.
    let headers: HTTPHeaders = [
      "ETag": tag, "Cache-Control": "public, max-age=60", "Cross-Origin-Resource-Policy": "cross-origin",
    ]
    if EntityTag.isListed(tag, in: request.http.headers["If-None-Match"]) {
      return HTTPResponse(status: 304, headers: headers)
    }
    var full = headers
    full["Content-Type"] = "image/svg+xml; charset=utf-8"
    return HTTPResponse(status: 200, headers: full, content: .bytes(bytes))
  }
}
