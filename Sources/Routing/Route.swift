public import HTTPServer
public import Model

/// One entry of the route table, which routes requests, checks access, and makes the OpenAPI document.
public struct Route: Sendable {
  /// `GET`, `POST`, ...
  public var method: String
  /// `/api/v1/builds/{id}`; a last segment `{name...}` takes the rest of the path, slashes included.
  public var path: String
  /// Who may call it.
  public var access: RouteAccess
  /// Which server answers it, where several share a database.
  public var place: RoutePlace
  /// What the OpenAPI document says about it; nil leaves it out (pages, static files).
  public var documentation: RouteDocumentation?
  /// Answers a request that was routed here and let in.
  public var handle: @Sendable (RouteRequest) async throws -> HTTPResponse

  /// An entry. Unless said otherwise, what only reads is answered anywhere, and all else by the
  /// leader, as is everything of agents.
  public init(
    _ method: String, _ path: String, access: RouteAccess = .user, at place: RoutePlace? = nil,
    documentation: RouteDocumentation? = nil,
    _ handle: @escaping @Sendable (RouteRequest) async throws -> HTTPResponse
  ) {
    self.method = method
    self.path = path
    self.access = access
    self.place = place ?? (method == "GET" && access != .agent ? .anywhere : .leader)
    self.documentation = documentation
    self.handle = handle
  }
}

/// Who may call a route.
public enum RouteAccess: Sendable, Hashable {
  /// Anybody.
  case open
  /// A signed-in user; others get 401, or are sent to the sign-in page where `redirects`.
  case user
  /// A page: others are sent to `/sign-in`, with the page to come back to.
  case page
  /// An agent, by a token of agents, which opens nothing else.
  case agent
}

/// A request with what routing found out.
public struct RouteRequest: Sendable {
  /// The request.
  public var http: HTTPRequest
  /// The values of the path's `{...}` parts.
  public var parameters: [String: String]
  /// Who is calling; nil only on `open` routes.
  public var principal: Principal?

  /// A routed request.
  public init(http: HTTPRequest, parameters: [String: String], principal: Principal?) {
    self.http = http
    self.parameters = parameters
    self.principal = principal
  }
}

extension RouteRequest {
  /// Who calls; a `Problem` 401 where a route that is open to anybody asks.
  public func caller() throws -> Principal {
    guard let principal else { throw Problem(401, "send a valid token", headers: ["WWW-Authenticate": "Bearer"]) }
    return principal
  }
}

/// Who is calling.
public struct Principal: Sendable, Hashable {
  /// The user.
  public var user: UserID
  /// The user's name.
  public var name: String
  /// True for a browser's session, whose state-changing requests must come from our own pages.
  public var isSession: Bool
  /// The token or session that says so.
  public var token: TokenID
  /// When that stops to be valid; nil for never.
  public var expiresAt: Timestamp?

  /// A caller.
  public init(user: UserID, name: String, isSession: Bool, token: TokenID, expiresAt: Timestamp? = nil) {
    self.user = user
    self.name = name
    self.isSession = isSession
    self.token = token
    self.expiresAt = expiresAt
  }
}

/// What the OpenAPI document says about a route.
public struct RouteDocumentation: Sendable {
  /// A few words.
  public var summary: String
  /// Groups routes: `Builds`, `Logs`, ...
  public var tag: String
  /// Query parameters.
  public var query: [ParameterDocumentation]
  /// The request body's schema, as JSON text, or nil.
  public var requestSchema: String?
  /// What the route may answer, beside the refusals that every route shares.
  public var responses: [RouteAnswer]

  /// Documentation.
  public init(
    _ summary: String, tag: String, query: [ParameterDocumentation] = [], requestSchema: String? = nil,
    responses: [RouteAnswer]
  ) {
    self.summary = summary
    self.tag = tag
    self.query = query
    self.requestSchema = requestSchema
    self.responses = responses
  }
}

/// What the OpenAPI document says about an answer.
public struct RouteAnswer: Sendable {
  /// The status code.
  public var status: Int
  /// What it means.
  public var description: String
  /// The body's media type; nil for an answer without a body.
  public var contentType: String?
  /// The body's schema as JSON text, where it has one.
  public var schema: String?

  /// An answer.
  public init(_ status: Int, _ description: String, _ contentType: String? = nil, _ schema: String? = nil) {
    self.status = status
    self.description = description
    self.contentType = contentType
    self.schema = schema
  }

  /// JSON of a schema that the document names.
  public static func json(_ status: Int, _ description: String, _ name: String) -> RouteAnswer {
    RouteAnswer(status, description, "application/json", reference(name))
  }

  /// A JSON array of a schema that the document names.
  public static func jsonList(_ status: Int, _ description: String, _ name: String) -> RouteAnswer {
    RouteAnswer(status, description, "application/json", #"{"type":"array","items":\#(reference(name))}"#)
  }

  /// A refusal.
  public static func problem(_ status: Int, _ description: String) -> RouteAnswer {
    RouteAnswer(status, description, "application/problem+json", reference("Problem"))
  }

  private static func reference(_ name: String) -> String { ##"{"$ref":"#/components/schemas/\##(name)"}"## }
}

/// What the OpenAPI document says about a query parameter.
public struct ParameterDocumentation: Sendable {
  /// Its name.
  public var name: String
  /// A few words.
  public var description: String
  /// Its schema as JSON text.
  public var schema: String

  /// Documentation.
  public init(_ name: String, _ description: String, schema: String = #"{"type":"string"}"#) {
    self.name = name
    self.description = description
    self.schema = schema
  }
}

extension ParameterDocumentation {
  /// What every list takes.
  public static let page = [
    ParameterDocumentation(
      "limit", "At most so many: 50 unless set, never more than 200", schema: #"{"type":"integer","minimum":1}"#),
    ParameterDocumentation(
      "cursor", "Where the page before ended; taken from its Link field",
      schema: #"{"type":"string","pattern":"^[0-9]*$"}"#),
  ]
}
