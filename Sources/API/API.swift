internal import Lifecycle
public import HTTPServer
public import Routing

/// The HTTP API: its routes, and what the router needs to know to serve them.
public struct API: Sendable {
  private let dependencies: APIDependencies
  private let metrics = RequestMetrics()

  /// The API over its dependencies.
  public init(_ dependencies: APIDependencies) { self.dependencies = dependencies }

  /// Everything under `/api/v1`, `/artifacts`, `/metrics`, `/readyz`, and the documentation of `others`, whose schemas are
  /// given, and itself.
  public func routes(
    documenting others: [Route] = [], schemas: [(name: String, json: String)] = []
  ) -> [Route] {
    let own =
      BuildRoutes(dependencies: dependencies).routes + SubmitRoutes(dependencies: dependencies).routes
      + BuildActionRoutes(dependencies: dependencies).routes
      + LogRoutes(dependencies: dependencies, metrics: metrics).routes
      + EventRoutes(dependencies: dependencies).routes + ArtifactRoutes(dependencies: dependencies).routes
      + CommitRoutes(dependencies: dependencies).routes + RepositoryRoutes(dependencies: dependencies).routes
      + ResultRoutes(dependencies: dependencies).routes + TokenRoutes(dependencies: dependencies).routes
      + HookRoutes(dependencies: dependencies).routes + BuildSocketRoutes(dependencies: dependencies).routes
      + NixRoutes(dependencies: dependencies).routes + ServiceBuildRoutes(dependencies: dependencies).routes
      + HealthRoutes(dependencies: dependencies).routes + AgentDirectoryRoutes(dependencies: dependencies).routes
      + ServerRoutes(dependencies: dependencies).routes
      + MetricsRoute(dependencies: dependencies, metrics: metrics).routes + agentRoutes
    let document = OpenAPIDocument(
      title: "Wright", version: dependencies.version, description: Self.description,
      schemas: Schemas.all + AgentSchemas.all + schemas)
    return own + document.routes(describing: own + others)
  }

  private var agentRoutes: [Route] {
    guard let access = dependencies.agents else { return [] }
    let claims = AgentRoutes(dependencies: dependencies, access: access, claims: AgentClaims())
    return claims.routes + LeaseRoutes(dependencies: dependencies, access: access, claims: claims).routes
      + AgentArtifactRoutes(access: access).routes
  }

  /// What the pages submit manifests by.
  public var manifestForm: ManifestForm { SubmitRoutes(dependencies: dependencies).form }

  /// The routes of the API alone.
  public var routes: [Route] { routes() }

  /// For the router: what errors mean, the request log, the metrics. `page` shows a problem to a browser.
  public func hooks(
    page: @escaping @Sendable (Problem, HTTPRequest) -> HTTPResponse? = { _, _ in nil }
  ) -> RouterHooks {
    let (log, metrics) = (dependencies.log, metrics)
    return RouterHooks(
      problem: ProblemMapping.problem, page: page,
      answered: { answered in
        metrics.count(answered)
        guard log.writes(.debug) else { return }
        log.debug(
          "request",
          [
            "method": answered.method, "path": answered.path, "status": "\(answered.status)",
            "milliseconds": "\(answered.duration / .milliseconds(1))", "client": answered.remoteAddress,
          ])
      },
      failed: { failed in
        log.error(
          "request failed",
          ["id": failed.id, "method": failed.method, "path": failed.path, "error": "\(failed.error)"])
      })
  }

  private static let description = """
    Builds, their jobs, logs and artifacts. Send a token with every request: Authorization: Bearer <token>.

    Times are RFC 3339 in UTC with milliseconds, durations seconds, sizes bytes. Lists take limit and cursor and name \
    the next page in Link. Refusals are RFC 9457 application/problem+json. Unknown fields in a body are refused. What \
    belongs to somebody else is not found.
    """
}
