public import HTTPServer

/// Answers requests from a table of routes: finds the route, checks who calls, and turns errors into answers.
public struct Router: Sendable {
  private let table: RouteTable
  /// Says who sent a request; nil for nobody.
  public typealias Authentication = @Sendable (HTTPRequest) async throws -> Principal?
  private let authenticate: Authentication
  private let authenticateAgent: Authentication
  private let hooks: RouterHooks
  private let elsewhere: Elsewhere?

  /// A router. `authenticate` says who sent a request, nil for nobody; it is asked on routes that are not `open`, and
  /// `authenticateAgent` on those of agents. `elsewhere` answers what another server has to; nil where there is one
  /// server.
  public init(
    routes: [Route], hooks: RouterHooks = RouterHooks(), elsewhere: Elsewhere? = nil,
    authenticateAgent: @escaping Authentication = { _ in nil }, authenticate: @escaping Authentication
  ) {
    table = RouteTable(routes)
    self.elsewhere = elsewhere
    self.authenticate = authenticate
    self.authenticateAgent = authenticateAgent
    self.hooks = hooks
  }

  /// For the server.
  public var handler: HTTPHandler { { await respond(to: $0) } }

  /// The answer to a request; never throws, and always carries the security headers.
  public func respond(to request: HTTPRequest) async -> HTTPResponse {
    let start = ContinuousClock.now
    let match = table.match(request.pathSegments)
    var response: HTTPResponse
    do {
      response = try await dispatch(request, match)
    } catch {
      response = failure(error, request, match)
    }
    if request.method == "HEAD", case .stream = response.content { response.content = .none }
    SecurityHeaders.add(to: &response)
    if case .stream(let body) = response.content { response.content = .stream(reporting(body, request, match)) }
    hooks.answered(
      AnsweredRequest(
        method: request.method, route: match?.endpoint.pattern, path: Self.path(of: request), status: response.status,
        duration: .now - start, remoteAddress: request.remoteAddress))
    return response
  }

  private func dispatch(_ request: HTTPRequest, _ match: RouteTable.Match?) async throws -> HTTPResponse {
    guard let match else { throw Problem.notFound("there is nothing at \(Self.path(of: request))") }
    let method = request.method == "HEAD" ? "GET" : request.method
    guard let (route, names) = match.endpoint.routes[method] else {
      return try optionsOrRefusal(request.method, match.endpoint)
    }
    var request = request
    // Unread and unchecked: whoever answers asks who calls.
    if route.place.isLeader(request), let answer = try await elsewhere?.answer(&request) { return answer }
    do {
      return try await answer(request, route, Dictionary(zip(names, match.values), uniquingKeysWith: { $1 }))
    } catch {
      // What only reads may still want to write something once, as a secret that is made when it is first asked for.
      guard request.isSafe, elsewhere?.needsLeader(error) == true, let answer = try await elsewhere?.answer(&request)
      else { throw error }
      return answer
    }
  }

  private func answer(
    _ request: HTTPRequest, _ route: Route, _ parameters: [String: String]
  ) async throws -> HTTPResponse {
    var principal: Principal?
    if route.access != .open {
      principal = try await route.access == .agent ? authenticateAgent(request) : authenticate(request)
      guard let principal else { return try Self.askForSignIn(route.access, request) }
      if principal.isSession, !request.isSafe, !request.isSameOrigin {
        throw Problem(403, "a signed-in browser may change things only from this server's own pages")
      }
    }
    return try await route.handle(RouteRequest(http: request, parameters: parameters, principal: principal))
  }

  private func optionsOrRefusal(_ method: String, _ endpoint: RouteTable.Endpoint) throws -> HTTPResponse {
    let allowed = endpoint.allowedMethods
    if method == "OPTIONS" { return HTTPResponse(status: 204, headers: ["Allow": allowed]) }
    throw Problem(405, "\(endpoint.pattern) answers \(allowed)", headers: ["Allow": allowed])
  }

  private static func askForSignIn(_ access: RouteAccess, _ request: HTTPRequest) throws -> HTTPResponse {
    guard access == .page else {
      let kind = access == .agent ? "a valid token of an agent" : "a valid token"
      throw Problem(401, "send \(kind): Authorization: Bearer <token>", headers: ["WWW-Authenticate": "Bearer"])
    }
    // Only a path of this server may be come back to: `//host` and `http://host` lead elsewhere.
    let isLocal = request.target.hasPrefix("/") && !request.target.hasPrefix("//")
    let next = request.isSafe && isLocal ? "?next=" + PercentEncoding.path(request.target) : ""
    return HTTPResponse(status: 303, headers: ["Location": "/sign-in" + next, "Cache-Control": "no-store"])
  }

  private func failure(_ error: any Error, _ request: HTTPRequest, _ match: RouteTable.Match?) -> HTTPResponse {
    let problem = problem(for: error, request, match)
    if request.prefersPage, request.pathSegments.first != "api", let page = hooks.page(problem, request) {
      var page = page
      for field in problem.headers.fields { page.headers[field.name] = field.value }
      return page
    }
    return problem.response
  }

  private func problem(for error: any Error, _ request: HTTPRequest, _ match: RouteTable.Match?) -> Problem {
    if let problem = error as? Problem { return problem }
    if var problem = hooks.problem(error) {
      // A refusal for reasons of the server's own is for its operator to know.
      if problem.status >= 500 { problem.id = report(error, request, match) }
      return problem
    }
    switch error {
    case HTTPBodyError.tooLarge(let limit):
      return Problem(413, "the body may hold at most \(limit) bytes")
    case HTTPBodyError.disconnected:
      return Problem(400, "the body ended early")
    default:
      let id = report(error, request, match)
      return Problem(
        500, "Something failed in the server. Its log says more about the failure with this id: \(id)", id: id)
    }
  }

  /// An answer that fails half-way can only be cut off; the log says why.
  private func reporting(
    _ body: @escaping @Sendable (HTTPBodyWriter) async throws -> Void, _ request: HTTPRequest,
    _ match: RouteTable.Match?
  ) -> @Sendable (HTTPBodyWriter) async throws -> Void {
    { writer in
      do {
        try await body(writer)
      } catch {
        let isExpected = error is CancellationError || error as? HTTPBodyError == .disconnected || Task.isCancelled
        if !isExpected { report(error, request, match) }
        throw error
      }
    }
  }

  @discardableResult
  private func report(_ error: any Error, _ request: HTTPRequest, _ match: RouteTable.Match?) -> String {
    let id = String(UInt64.random(in: .min ... .max), radix: 16)
    hooks.failed(
      FailedRequest(
        id: id, error: error, method: request.method, route: match?.endpoint.pattern, path: Self.path(of: request)))
    return id
  }

  /// Without the query, which may hold what should not be in a log.
  private static func path(of request: HTTPRequest) -> String {
    String(Substring(request.target.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }))
  }
}
