internal import HTTPServer
internal import Model
internal import Routing
internal import Store

extension RouteRequest {
  /// Who calls.
  func owner() throws -> UserID {
    guard let principal else { throw Problem(401, "send a valid token", headers: ["WWW-Authenticate": "Bearer"]) }
    return principal.user
  }
}

extension Services {
  /// The service of the path's `{name}`, where it is the caller's; a 404 otherwise.
  func service(_ request: RouteRequest) async throws -> ServiceRecord {
    let name = request.parameters["name"] ?? ""
    guard let service = try await dependencies.store.service(named: name, owner: request.owner()) else {
      throw Problem.notFound("there is no service '\(name.shortened)'")
    }
    return service
  }
}
