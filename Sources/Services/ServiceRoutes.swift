internal import HTTPServer
internal import Model
internal import Routing
internal import ServiceModel
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
          "Makes a service, empty or of a service file (application/yaml), whose data sources are made where there are none of their names",
          tag: Self.tag, requestSchema: ServiceSchemas.newService,
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
    let document = request.http.isServiceFile ? try await file(request) : try await empty(request)
    var draft = document
    draft.dataSources = []
    let made = try await store.createService(
      named: draft.name, draft: draft.stored, owner: owner, at: services.dependencies.clock())
    guard let made else {
      throw Problem(409, "there is a service '\(draft.name)' already; delete it or choose another name")
    }
    try await services.makeDataSources(of: document, owner: owner)
    return .json(status: 201, headers: ["Location": "/api/v1/services/\(made.name)"]) { $0.service(made) }
  }

  private func empty(_ request: RouteRequest) async throws -> ServiceDocument {
    var fields = try await request.http.jsonFields(limit: Self.bodyLimit)
    let name = fields.requiredString("name")
    if fields.errors.isEmpty && !ServiceRecord.isName(name) { fields.refuse("name", Self.nameRule) }
    try fields.finish()
    return ServiceDocument(name: name)
  }

  private func file(_ request: RouteRequest) async throws -> ServiceDocument {
    let document = try ServiceDocument(file: try await request.http.body.collect(upTo: Services.documentLimit))
    guard ServiceRecord.isName(document.name) else { throw Problem.invalid("/name", Self.nameRule) }
    return document
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let owner = try request.owner()
    let found = try await store.services(owner: owner)
    let counts = try await store.serviceBuildCounts(owner: owner, at: services.dependencies.clock())
    return .json(capacity: 300 * found.count) { writer in
      writer.beginArray()
      for service in found { writer.service(service, counts[service.id] ?? ServiceBuildCount()) }
      writer.endArray()
    }
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    let counts = try await store.serviceBuildCounts(owner: service.owner, at: services.dependencies.clock())
    return .json { $0.service(service, counts[service.id] ?? ServiceBuildCount()) }
  }

  @Sendable private func delete(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    guard request.http.query("confirm") == service.name else {
      throw Problem.invalid(
        "/confirm", "this deletes the service with all its revisions and builds; say so by ?confirm=\(service.name)")
    }
    try await services.endBuilds(of: service.id)
    _ = try await store.deleteService(service.id)
    return HTTPResponse(status: 204)
  }

  /// A 404 for a service that was deleted meanwhile.
  static func gone(_ service: ServiceRecord) -> Problem { .notFound("there is no service '\(service.name)' any more") }

  static let nameRule =
    "a name has letters, digits, dashes and underscores, \(ServiceRecord.nameLimit) at most, and begins with a letter"
}
