internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// Services for people and programs: making, listing, deleting them.
struct ServiceRoutes {
  let services: Services
  static let tag = "Services"
  static let bodyLimit = 64 << 10

  private var store: Store { services.dependencies.store }

  var routes: [Route] {
    [
      Route(
        "POST", "/api/v1/services",
        documentation: .init(
          "Makes a service", tag: Self.tag, requestSchema: ServiceSchemas.newService,
          responses: [.json(201, "The service", "Service"), .problem(409, "The name is taken")]), create),
      Route(
        "GET", "/api/v1/services",
        documentation: .init(
          "The caller's services by name", tag: Self.tag, responses: [.jsonList(200, "The services", "Service")]), list),
      Route(
        "GET", "/api/v1/services/{name}",
        documentation: .init("A service", tag: Self.tag, responses: [.json(200, "The service", "Service")]), show),
      Route(
        "DELETE", "/api/v1/services/{name}",
        documentation: .init(
          "Deletes a service with its draft, revisions, builds and configuration", tag: Self.tag,
          query: [ParameterDocumentation("confirm", "The service's name, once more")],
          responses: [RouteAnswer(204, "It is deleted")]), delete),
    ]
  }

  @Sendable private func create(_ request: RouteRequest) async throws -> HTTPResponse {
    let owner = try request.owner()
    var fields = try await request.http.jsonFields(limit: Self.bodyLimit)
    let name = fields.requiredString("name")
    if !name.isEmpty && !ServiceRecord.isName(name) { fields.refuse("name", Self.nameRule) }
    try fields.finish()
    let made = try await store.createService(
      named: name, draft: #"{"name":"\#(name)"}"#, owner: owner, at: services.dependencies.clock())
    guard let made else { throw Problem(409, "there is a service '\(name)' already") }
    return .json(status: 201, headers: ["Location": "/api/v1/services/\(made.name)"]) { $0.service(made) }
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await store.services(owner: request.owner())
    return .json(capacity: 200 * found.count) { writer in
      writer.beginArray()
      for service in found { writer.service(service) }
      writer.endArray()
    }
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    return .json { $0.service(service) }
  }

  @Sendable private func delete(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    guard request.http.query("confirm") == service.name else {
      throw Problem.invalid(
        "/confirm", "this deletes the service with all its revisions and builds; say so by ?confirm=\(service.name)")
    }
    _ = try await store.deleteService(service.id)
    return HTTPResponse(status: 204)
  }

  static let nameRule =
    "a name has letters, digits, dashes and underscores, \(ServiceRecord.nameLimit) at most, and begins with a letter"
}
