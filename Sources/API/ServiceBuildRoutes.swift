internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

/// Building services, and their builds.
struct ServiceBuildRoutes {
  let dependencies: APIDependencies
  private static let path = "/api/v1/services/{name}/builds"

  var routes: [Route] {
    [
      Route(
        "POST", Self.path,
        documentation: .init(
          "Builds a service's last saved revision: a branch and a merge request named by the tag", tag: "Services",
          requestSchema: Self.requestSchema,
          responses: [
            .json(201, "The build, queued", "Build"), .problem(422, "What is missing; errors name each place"),
          ]), build),
      Route(
        "GET", Self.path,
        documentation: .init(
          "A service's builds, newest first", tag: "Services", query: ParameterDocumentation.page,
          responses: [.jsonList(200, "A page; Link names the next one", "BuildSummary")]), list),
    ]
  }

  private static let requestSchema = JSONSchema.closed(
    ["tag"], [("tag", #"{"type":"string","pattern":"^[A-Za-z0-9._-]{1,100}$"}"#)])

  @Sendable private func build(_ request: RouteRequest) async throws -> HTTPResponse {
    let caller = try request.caller()
    let service = try await service(request)
    var fields = try await request.http.jsonFields(limit: 64 << 10)
    let tag = fields.requiredString("tag")
    try fields.finish()
    guard let builder = dependencies.services else { throw Problem(503, "this server builds no services") }
    let build = try await builder.build(
      service.id, tag: tag, by: caller.user, trigger: caller.isSession ? .manual : .api)
    return try await BuildRoutes(dependencies: dependencies).answer(build.id, owner: caller.user, status: 201)
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await service(request)
    return try await BuildRoutes(dependencies: dependencies).list(request, of: nil, service: service.id)
  }

  private func service(_ request: RouteRequest) async throws -> ServiceRecord {
    let name = request.parameters["name"] ?? ""
    guard let service = try await dependencies.store.service(named: name, owner: request.caller().user) else {
      throw Problem.notFound("there is no service '\(name.shortened)'")
    }
    return service
  }
}

extension JSONWriter {
  /// What a service's build is about; nothing for other builds.
  mutating func service(of build: Build) {
    guard let service = build.service else { return }
    key("service")
    beginObject()
    field("name", service.name)
    field("revision", service.revision)
    field("tag", service.tag)
    field("branch", service.branch)
    field("commit", service.progress.commit)
    key("merge_request")
    if let request = service.progress.mergeRequest {
      beginObject()
      field("iid", request.iid)
      field("url", request.url)
      endObject()
    } else {
      null()
    }
    field("stage", build.status.serviceStage.rawValue)
    field("reason", build.serviceReason)
    endObject()
  }
}
