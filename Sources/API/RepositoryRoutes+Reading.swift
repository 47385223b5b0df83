internal import HTTPServer
internal import Model
internal import Routing
internal import Store

extension RepositoryRoutes {
  var readingRoutes: [Route] {
    [
      Route(
        "GET", "/api/v1/repositories",
        documentation: .init(
          "Registered repositories, the last one first", tag: Self.tag,
          query: [
            ParameterDocumentation("search", "Only those whose address holds this text"),
            ParameterDocumentation(
              "status", "Only those whose newest build is in this status", schema: Schemas.buildStatus),
          ] + ParameterDocumentation.page,
          responses: [.jsonList(200, "A page; Link names the next one", "RepositorySummary")]), list),
      Route(
        "GET", "/api/v1/repositories/{id}",
        documentation: .init(
          "A repository with its manifest, its badge and the refs that were seen (at most 200)", tag: Self.tag,
          responses: [.json(200, "The repository", "Repository")]), show),
      Route(
        "GET", "/api/v1/repositories/{id}/refs",
        documentation: .init(
          "The refs of a repository that were seen, by name, at most 1000", tag: Self.tag,
          query: [ParameterDocumentation("after", "Only those after the one called so")],
          responses: [.jsonList(200, "The refs", "Ref")]), refs),
      Route(
        "GET", "/api/v1/repositories/{id}/builds",
        documentation: .init(
          "A repository's builds, newest first", tag: Self.tag, query: ParameterDocumentation.page,
          responses: [.jsonList(200, "A page; Link names the next one", "BuildSummary")]), builds),
      Route(
        "GET", "/api/v1/repositories/{id}/webhook",
        documentation: .init(
          "Where a forge tells of pushes, and the secret that it signs with", tag: Self.tag,
          responses: [.json(200, "The address and the secret", "Webhook")]), webhook),
    ]
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let page = try ListPage(request.http)
    let query = RepositoryQuery(
      owner: try request.caller().user, search: request.text("search"),
      status: try request.choice("status") { (status: Status) in status.isBuildStatus },
      after: page.cursor.flatMap { RepositoryCursor(text: "\($0):") }, limit: page.limit)
    let found = try await dependencies.store.repositories(query)
    var headers: HTTPHeaders = [:]
    if let next = found.next { headers.add("Link", page.next(next.id.rawValue, of: request.http)) }
    return .json(headers: headers, capacity: 64 + 800 * found.repositories.count) { writer in
      writer.beginArray()
      for entry in found.repositories { writer.repository(entry) }
      writer.endArray()
    }
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    try await answer(request.identifier("repository"), to: request, status: 200)
  }

  /// A repository as `GET` and everything that makes or changes one answer it.
  func answer(_ id: RepositoryID, to request: RouteRequest, status: Int) async throws -> HTTPResponse {
    let owner = try request.caller().user
    let store = dependencies.store
    guard let found = try await store.repository(id, owner: owner) else {
      throw Problem.notFound("there is no repository \(id)")
    }
    let refs = try await store.refs(of: id, owner: owner)
    let badge = try await store.badgeName(of: id, owner: owner)
    let headers: HTTPHeaders = status == 201 ? ["Location": "/api/v1/repositories/\(id)"] : [:]
    return .json(status: status, headers: headers, capacity: 1024 + 300 * refs.count) { writer in
      writer.repository(found, refs: refs, badge: badge)
    }
  }

  @Sendable private func refs(_ request: RouteRequest) async throws -> HTTPResponse {
    let id = try await dependencies.repository(of: request).repository.id
    let refs = try await dependencies.store.refs(
      of: id, owner: request.caller().user, after: request.text("after") ?? "", limit: 1000)
    return .json(capacity: 64 + 300 * refs.count) { $0.refs(refs) }
  }

  @Sendable private func builds(_ request: RouteRequest) async throws -> HTTPResponse {
    let id = try await dependencies.repository(of: request).repository.id
    return try await BuildRoutes(dependencies: dependencies).list(request, of: id)
  }

  @Sendable private func webhook(_ request: RouteRequest) async throws -> HTTPResponse {
    let id = try await dependencies.repository(of: request).repository.id
    let secret = try await dependencies.store.webhookSecret(of: id, owner: request.caller().user)
    return .json(headers: ["Cache-Control": "no-store"]) { writer in
      writer.beginObject()
      writer.field("url", "\(request.http.address)/api/v1/hooks/\(id)")
      writer.field("secret", secret)
      writer.endObject()
    }
  }
}
