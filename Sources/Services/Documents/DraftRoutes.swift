internal import HTTPServer
internal import Model
internal import Routing
internal import ServiceModel
internal import Store

/// The draft of a service: what the editor keeps while somebody draws.
struct DraftRoutes {
  let services: Services
  private static let place = "/api/v1/services/{name}/draft"

  private var store: Store { services.dependencies.store }

  var routes: [Route] {
    [
      Route(
        "GET", Self.place,
        documentation: .init(
          "The draft, with an ETag for If-Match", tag: ServiceRoutes.tag,
          responses: [.json(200, "The document", "ServiceDocument")]), show),
      Route(
        "PUT", Self.place,
        documentation: .init(
          "Keeps a draft: the document as JSON, or a service file as application/yaml; it may be wrong but not malformed",
          tag: ServiceRoutes.tag, requestSchema: ServiceSchemas.document,
          responses: [
            .json(200, "The document", "ServiceDocument"),
            .problem(412, "Another draft was kept since the one that If-Match names"),
          ]), keep),
      Route(
        "POST", "/api/v1/services/{name}/validate",
        documentation: .init(
          "Everything that keeps the draft from being generated", tag: ServiceRoutes.tag,
          responses: [.json(200, "The problems in the order of the document", "ServiceProblems")]), validate),
      Route(
        "GET", "/api/v1/services/{name}/signatures",
        documentation: .init(
          "What each method of the draft takes and gives, as far as that can be known", tag: ServiceRoutes.tag,
          responses: [.jsonList(200, "The methods in the order of the document", "MethodSignature")]), signatures),
      Route(
        "GET", "/api/v1/services/{name}/export",
        documentation: .init(
          "The draft, or a revision, as a service file with the data sources that it uses", tag: ServiceRoutes.tag,
          query: [
            ParameterDocumentation("revision", "Its number", schema: #"{"type":"integer","minimum":1}"#)
          ], responses: [RouteAnswer(200, "The file", "application/yaml")]), export),
    ]
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    guard let draft = try await store.draft(of: service.id) else { throw ServiceRoutes.gone(service) }
    return .draft(draft, of: service)
  }

  @Sendable private func keep(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    let document = try await document(request, of: service)
    let change = try await store.keepDraft(
      document.stored, of: service.id, known: try service.knownVersion(request.http),
      at: services.dependencies.clock())
    return try .draft(change, of: service)
  }

  /// The document of the body, of this service. A file's data sources are made where there are none of their names.
  private func document(_ request: RouteRequest, of service: ServiceRecord) async throws -> ServiceDocument {
    let bytes = try await request.http.body.collect(upTo: Services.documentLimit)
    guard request.http.isServiceFile else {
      var document = try ServiceDocument(request: bytes)
      if document.name.isEmpty { document.name = service.name }
      guard document.name == service.name else {
        throw Problem.invalid(
          "/name", "the document is of '\(document.name.shortened)', and this is the service '\(service.name)'")
      }
      return document
    }
    var document = try ServiceDocument(file: bytes)
    document.name = service.name
    try await services.makeDataSources(of: document, owner: service.owner)
    document.dataSources = []
    return document
  }

  @Sendable private func validate(_ request: RouteRequest) async throws -> HTTPResponse {
    let problems = try await wholeDraft(request).problems()
    return .json(capacity: 200 * problems.count + 20) { writer in
      writer.beginObject()
      writer.key("problems")
      writer.beginArray()
      for problem in problems { writer.problem(problem) }
      writer.endArray()
      writer.endObject()
    }
  }

  @Sendable private func signatures(_ request: RouteRequest) async throws -> HTTPResponse {
    let signatures = try await wholeDraft(request).signatures()
    return .json(capacity: 200 * signatures.count) { writer in
      writer.beginArray()
      for signature in signatures { writer.signature(signature) }
      writer.endArray()
    }
  }

  /// The draft with the data sources that it uses.
  private func wholeDraft(_ request: RouteRequest) async throws -> ServiceDocument {
    let service = try await services.service(request)
    guard let draft = try await store.draft(of: service.id) else { throw ServiceRoutes.gone(service) }
    return try await services.whole(try ServiceDocument(stored: draft.document), owner: service.owner)
  }

  @Sendable private func export(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    var text = try await store.draft(of: service.id)?.document
    if let number = request.http.query("revision") {
      text = try await services.revision(number, of: service).document
    }
    guard let text else { throw ServiceRoutes.gone(service) }
    let document = try await services.whole(try ServiceDocument(stored: text), owner: service.owner)
    return HTTPResponse(
      status: 200,
      headers: [
        "Content-Type": "application/yaml",
        "Content-Disposition": "attachment; filename=\"\(service.name).yml\"",
      ], content: .bytes(Array(document.yaml.utf8)))
  }
}

extension HTTPRequest {
  /// True where the body is a service file.
  var isServiceFile: Bool {
    let type = headers["Content-Type"]?.split(separator: ";").first.map { $0.filter { $0 != " " }.lowercased() }
    return ["application/yaml", "application/x-yaml", "text/yaml"].contains(type)
  }
}

extension ServiceRecord {
  /// The entity tag of a version of the draft. A service that is deleted and made anew has another number.
  func entityTag(_ version: Int64) -> String { EntityTag.make("\(id)-\(version)") }

  /// The version that `If-Match` names; nil where the request does not say one, so that any may be replaced.
  func knownVersion(_ request: HTTPRequest) throws -> Int64? {
    guard let tag = request.headers["If-Match"], tag != "*" else { return nil }
    let digits = tag.dropFirst("\"\(id)-".count).dropLast()
    // A tag that this service has never had is of no draft that there is.
    guard let version = Int64(digits: digits), entityTag(version) == tag else { return -1 }
    return version
  }
}

extension HTTPResponse {
  /// A draft's document, with its tag and the time at which it was kept.
  static func draft(_ draft: ServiceDraft, of service: ServiceRecord) -> HTTPResponse {
    .json(
      Array(draft.document.utf8),
      headers: [
        "ETag": service.entityTag(draft.version), "Wright-Draft-Saved-At": draft.savedAt.rfc3339,
        "Cache-Control": "no-store",
      ])
  }

  /// What came of keeping one. Throws a `Problem` where it is not kept.
  static func draft(_ change: DraftChange, of service: ServiceRecord) throws -> HTTPResponse {
    switch change {
    case .kept(let draft): return .draft(draft, of: service)
    case .outdated(let present):
      throw Problem(
        412, "another draft was kept at \(present.savedAt.rfc3339); read it, and keep yours with its ETag",
        headers: [
          "ETag": service.entityTag(present.version), "Wright-Draft-Saved-At": present.savedAt.rfc3339,
        ])
    case .missing: throw ServiceRoutes.gone(service)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func problem(_ problem: ServiceProblem) {
    beginObject()
    field("code", problem.code.rawValue)
    field("component", problem.component)
    field("method", problem.method)
    field("field", problem.field)
    field("detail", problem.detail)
    endObject()
  }

  fileprivate mutating func signature(_ signature: MethodSignature) {
    beginObject()
    field("component", signature.method.component)
    field("method", signature.method.method)
    fields("request", signature.request)
    fields("response", signature.response)
    endObject()
  }

  private mutating func fields(_ name: StaticString, _ fields: [ResolvedField]) {
    key(name)
    beginArray()
    for one in fields {
      beginObject()
      field("name", one.name)
      field("type", one.type.description)
      endObject()
    }
    endArray()
  }
}
