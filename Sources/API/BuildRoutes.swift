internal import Logs
internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

/// Reading builds and jobs.
struct BuildRoutes {
  let dependencies: APIDependencies
  private var store: Store { dependencies.store }

  var routes: [Route] {
    [
      Route("GET", "/api/v1/builds", documentation: Self.listDocumentation, list),
      Route(
        "GET", "/api/v1/builds/{id}",
        documentation: .init(
          "A build with its manifest and jobs", tag: "Builds", responses: [.json(200, "The build", "Build")]), show),
      Route(
        "GET", "/api/v1/builds/{id}/manifest",
        documentation: .init(
          "The manifest that says what a build does: what was submitted, or what was found out", tag: "Builds",
          responses: [RouteAnswer(200, "YAML, without passwords", "application/yaml")]), manifest),
      Route(
        "GET", "/api/v1/builds/{id}/jobs",
        documentation: .init(
          "A build's jobs in order of execution", tag: "Builds", responses: [.jsonList(200, "The jobs", "Job")]), jobs),
      Route(
        "GET", "/api/v1/jobs/{id}",
        documentation: .init("A job", tag: "Builds", responses: [.json(200, "The job", "Job")]), job),
    ]
  }

  private static let listDocumentation = RouteDocumentation(
    "Builds, newest first, without manifests and jobs", tag: "Builds",
    query: [
      ParameterDocumentation("status", "Only builds in this status", schema: Schemas.buildStatus),
      ParameterDocumentation("kind", "Only builds of this kind", schema: Schemas.buildKind),
      ParameterDocumentation("tag", "Only builds with exactly this tag"),
      ParameterDocumentation(
        "repository", "Only builds of the registered repository with this id", schema: Schemas.count),
      ParameterDocumentation("namespace", "Only builds of the namespace with this path"),
      ParameterDocumentation(
        "search", "Only builds whose comment, commit, namespace, number (#7), tags or source addresses hold this text"),
    ] + ParameterDocumentation.page,
    responses: [.jsonList(200, "A page; Link names the next one", "BuildSummary")])

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let repository = try request.text("repository").map { _ in try request.number("repository", absent: 0) }
    return try await list(request, of: repository.map(RepositoryID.init(rawValue:)))
  }

  /// A page of builds, of one repository, service or agent where it is given.
  func list(
    _ request: RouteRequest, of repository: RepositoryID?, service: ServiceID? = nil, agent: AgentID? = nil
  ) async throws -> HTTPResponse {
    let page = try ListPage(request.http)
    let query = BuildQuery(
      owner: try request.caller().user,
      status: try request.choice("status") { (status: Status) in status.isBuildStatus },
      kind: try request.choice("kind"), tag: request.text("tag"), namespace: request.text("namespace"),
      repository: repository, service: service, agent: agent,
      search: request.text("search"), before: page.cursor.map(BuildID.init(rawValue:)), limit: page.limit)
    let found = try await store.builds(query)
    var headers: HTTPHeaders = [:]
    if let next = found.next { headers.add("Link", page.next(next.rawValue, of: request.http)) }
    return .json(headers: headers, capacity: 64 + 640 * found.builds.count) { writer in
      writer.beginArray()
      for build in found.builds { writer.build(build) }
      writer.endArray()
    }
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    try await answer(request.identifier("build"), owner: request.caller().user, status: 200)
  }

  /// A build as `GET` and everything that makes or changes one answer it.
  func answer(_ id: BuildID, owner: UserID, status: Int) async throws -> HTTPResponse {
    guard let found = try await store.buildWithJobs(id, owner: owner) else {
      throw Problem.notFound("there is no build \(id)")
    }
    let manifest = try await store.manifest(of: id, owner: owner) ?? ""
    let jobs = try await withPresentLogSizes(found.jobs)
    let obstacle = try await dependencies.directory?.obstacle(for: found.build)
    let headers: HTTPHeaders = status == 201 ? ["Location": "/api/v1/builds/\(id)"] : [:]
    return .json(status: status, headers: headers, capacity: 1024 + manifest.utf8.count + 320 * jobs.count) { writer in
      writer.build(found.build, manifest: manifest, jobs: jobs, obstacle: obstacle)
    }
  }

  @Sendable private func manifest(_ request: RouteRequest) async throws -> HTTPResponse {
    let build = try await dependencies.build(of: request)
    let text = try await store.manifest(of: build.id, owner: build.owner) ?? ""
    guard !text.isEmpty else { throw Problem.notFound("what build \(build.id) does is not known yet") }
    let headers: HTTPHeaders = [
      "Content-Type": "application/yaml; charset=utf-8",
      "Content-Disposition": ContentDisposition.attachment("wright.yml"),
    ]
    return HTTPResponse(status: 200, headers: headers, content: .bytes(Array(text.utf8)))
  }

  @Sendable private func jobs(_ request: RouteRequest) async throws -> HTTPResponse {
    let id: BuildID = try request.identifier("build")
    guard let found = try await store.buildWithJobs(id, owner: request.caller().user) else {
      throw Problem.notFound("there is no build \(id)")
    }
    let jobs = try await withPresentLogSizes(found.jobs)
    return .json(capacity: 64 + 320 * jobs.count) { $0.jobs(jobs) }
  }

  @Sendable private func job(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await dependencies.job(of: request)
    guard let job = try await withPresentLogSizes([found.job]).first else { throw Problem.notFound("there is no job") }
    return .json { $0.job(job) }
  }

  /// The store learns of a log's size when its job changes; until then the log knows better.
  private func withPresentLogSizes(_ jobs: [Job]) async throws -> [Job] {
    var jobs = jobs
    for index in jobs.indices where jobs[index].status == .running {
      let size = try await dependencies.logs.state(jobs[index].id).size
      jobs[index].logSize = max(size, jobs[index].logSize)
    }
    return jobs
  }
}

extension APIDependencies {
  /// The caller's job that the path names; a `Problem` 404 where there is none.
  func job(of request: RouteRequest) async throws -> JobOfBuild {
    let id: JobID = try request.identifier("job")
    guard let found = try await store.job(id, owner: request.caller().user) else {
      throw Problem.notFound("there is no job \(id)")
    }
    return found
  }

  /// The caller's build that the path names; a `Problem` 404 where there is none.
  func build(of request: RouteRequest) async throws -> Build {
    let id: BuildID = try request.identifier("build")
    guard let build = try await store.build(id, owner: request.caller().user) else {
      throw Problem.notFound("there is no build \(id)")
    }
    return build
  }
}
