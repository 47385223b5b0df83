internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// The saved revisions of a service.
struct RevisionRoutes {
  let services: Services
  private static let place = "/api/v1/services/{name}/revisions"

  private var store: Store { services.dependencies.store }

  var routes: [Route] {
    [
      Route(
        "POST", Self.place,
        documentation: .init(
          "Saves the draft as the next revision, whatever is wrong with it", tag: ServiceRoutes.tag,
          responses: [
            .json(201, "The revision", "ServiceRevision"),
            .json(200, "Nothing has changed: the last revision", "ServiceRevision"),
          ]), save),
      Route(
        "GET", Self.place,
        documentation: .init(
          "The revisions, newest first", tag: ServiceRoutes.tag, query: ParameterDocumentation.page,
          responses: [.jsonList(200, "The revisions", "ServiceRevision")]), list),
      Route(
        "GET", Self.place + "/{number}",
        documentation: .init(
          "A revision with its document", tag: ServiceRoutes.tag,
          responses: [.json(200, "The revision", "SavedService")]), show),
      Route(
        "POST", Self.place + "/{number}/restore",
        documentation: .init(
          "Makes a revision the draft", tag: ServiceRoutes.tag,
          responses: [
            .json(200, "The draft's document", "ServiceDocument"),
            .problem(412, "Another draft was kept since the one that If-Match names"),
          ]), restore),
    ]
  }

  @Sendable private func save(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    guard let saved = try await store.saveRevision(of: service.id, at: services.dependencies.clock()) else {
      throw ServiceRoutes.gone(service)
    }
    let headers: HTTPHeaders = [
      "Location": "/api/v1/services/\(service.name)/revisions/\(saved.revision.number)"
    ]
    return .json(status: saved.isNew ? 201 : 200, headers: saved.isNew ? headers : [:]) { $0.revision(saved.revision) }
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    let page = try ListPage(request.http)
    var revisions = try await store.revisions(of: service.id, before: page.cursor, limit: page.limit + 1)
    var headers: HTTPHeaders = [:]
    if revisions.count > page.limit {
      revisions.removeLast(revisions.count - page.limit)
      if let last = revisions.last { headers.add("Link", page.next(last.number, of: request.http)) }
    }
    return .json(headers: headers) { writer in
      writer.beginArray()
      for revision in revisions { writer.revision(revision) }
      writer.endArray()
    }
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    let revision = try await services.revision(request.parameters["number"] ?? "", of: service)
    return .json(capacity: revision.document.utf8.count + 200) { $0.revision(revision, withDocument: true) }
  }

  @Sendable private func restore(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    let revision = try await services.revision(request.parameters["number"] ?? "", of: service)
    let change = try await store.restoreRevision(
      revision.number, of: service.id, known: try service.knownVersion(request.http),
      at: services.dependencies.clock())
    return try .draft(change, of: service)
  }
}

extension Services {
  /// A revision by its number as text; a 404 where there is none.
  func revision(_ text: String, of service: ServiceRecord) async throws -> ServiceRevision {
    guard let number = Int64(digits: text),
      let revision = try await dependencies.store.revision(number, of: service.id)
    else { throw Problem.notFound("the service '\(service.name)' has no revision \(text.shortened)") }
    return revision
  }
}
