internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

/// Registered repositories: reading them, and changing what is watched.
struct RepositoryRoutes {
  let dependencies: APIDependencies
  private var store: Store { dependencies.store }

  var routes: [Route] { readingRoutes + changingRoutes }

  private var changingRoutes: [Route] {
    [
      Route(
        "POST", "/api/v1/repositories",
        documentation: .init(
          "Registers a repository: what is watched is built at once, then whenever it moves", tag: Self.tag,
          requestSchema: Schemas.newRepository,
          responses: [
            .json(201, "The repository", "Repository"), .problem(409, "The same refs of it are registered already"),
            .problem(422, "A field is wrong; errors name each place"),
          ]), add),
      Route(
        "PATCH", "/api/v1/repositories/{id}",
        documentation: .init(
          "Changes a repository; fields that are left out stay as they are", tag: Self.tag,
          requestSchema: Schemas.repositoryChange,
          responses: [
            .json(200, "The repository", "Repository"), .problem(409, "The same refs of it are registered already"),
            .problem(422, "A field is wrong; errors name each place"),
          ]), change),
      Route(
        "DELETE", "/api/v1/repositories/{id}",
        documentation: .init(
          "Forgets a repository; its builds stay", tag: Self.tag, responses: [RouteAnswer(204, "It is forgotten")]),
        remove),
      Route(
        "POST", "/api/v1/repositories/{id}/build",
        documentation: .init(
          "Builds what a ref points at now, whether it has moved or not", tag: Self.tag,
          requestSchema: Schemas.repositoryBuild,
          responses: [.json(201, "The build", "Build"), .problem(409, "The repository cannot be asked; why")]), build),
      Route(
        "POST", "/api/v1/repositories/{id}/check",
        documentation: .init(
          "Has a repository checked at once", tag: Self.tag,
          responses: [.json(202, "The repository, before the check", "Repository")]), check),
    ]
  }

  static let tag = "Repositories"

  // Changes.

  @Sendable private func add(_ request: RouteRequest) async throws -> HTTPResponse {
    let caller = try request.caller()
    var fields = try await request.http.jsonFields(limit: dependencies.limits.bodyBytes)
    let url = fields.requiredString("url")
    let wanted = RepositoryFields(&fields, limits: dependencies.limits)
    let namespace = fields.string("namespace")
    try fields.finish()
    let repository = try await dependencies.registry().add(
      NewRepository(
        owner: caller.user, namespace: namespace.flatMap { $0.isEmpty ? nil : $0 }, url: url,
        watch: wanted.watch ?? .defaultBranch, everySeconds: wanted.every ?? dependencies.limits.repositorySeconds,
        manifest: wanted.manifest.flatMap { $0.isEmpty ? nil : $0 }))
    return try await answer(repository.id, to: request, status: 201)
  }

  @Sendable private func change(_ request: RouteRequest) async throws -> HTTPResponse {
    let id = try await dependencies.repository(of: request).repository.id
    var fields = try await request.http.jsonFields(limit: dependencies.limits.bodyBytes)
    let wanted = RepositoryFields(&fields, limits: dependencies.limits)
    let isEnabled = fields.boolean("enabled")
    try fields.finish()
    _ = try await dependencies.registry().update(
      id, of: request.caller().user,
      RepositoryChange(
        watch: wanted.watch, everySeconds: wanted.every, isEnabled: isEnabled, manifest: wanted.manifest))
    return try await answer(id, to: request, status: 200)
  }

  @Sendable private func remove(_ request: RouteRequest) async throws -> HTTPResponse {
    try await dependencies.registry().remove(request.identifier("repository"), of: request.caller().user)
    return HTTPResponse(status: 204)
  }

  @Sendable private func build(_ request: RouteRequest) async throws -> HTTPResponse {
    let id = try await dependencies.repository(of: request).repository.id
    let owner = try request.caller().user
    var (ref, comment) = (String?.none, "")
    if try await request.http.hasBody {
      var fields = try await request.http.jsonFields(limit: 64 << 10)
      ref = fields.string("ref")
      comment = fields.string("comment") ?? ""
      if comment.unicodeScalars.count > dependencies.limits.commentCharacters {
        fields.refuse("comment", "the comment may hold at most \(dependencies.limits.commentCharacters) characters")
      }
      try fields.finish()
    }
    let build = try await dependencies.registry().build(
      id, of: owner, ref: ref.flatMap { $0.isEmpty ? nil : $0 }, comment: comment)
    return try await BuildRoutes(dependencies: dependencies).answer(build.id, owner: owner, status: 201)
  }

  @Sendable private func check(_ request: RouteRequest) async throws -> HTTPResponse {
    let id = try await dependencies.repository(of: request).repository.id
    try await dependencies.registry().check(id, cause: .request)
    return try await answer(id, to: request, status: 202)
  }
}

extension HTTPRequest {
  /// True where there is something in the body.
  fileprivate var hasBody: Bool {
    get async throws {
      headers["Content-Type"] != nil || headers["Content-Length"].flatMap { Int64(digits: $0) } ?? 0 > 0
    }
  }
}

extension APIDependencies {
  /// Changes repositories; a `Problem` 503 where the server watches none.
  func registry() throws -> any RepositoryRegistry {
    guard let repositories else { throw Problem(503, "this server does not watch repositories") }
    return repositories
  }

  /// The caller's repository that the path names; a `Problem` 404 where there is none.
  func repository(of request: RouteRequest) async throws -> RepositoryOverview {
    let id: RepositoryID = try request.identifier("repository")
    guard let found = try await store.repository(id, owner: request.caller().user) else {
      throw Problem.notFound("there is no repository \(id)")
    }
    return found
  }
}
