public import HTTPServer

/// Which server answers a request, where several share a database: one of them leads, and the others follow.
public enum RoutePlace: Sendable {
  /// Any: it takes nothing but what all of them can read.
  case anywhere
  /// The one that leads: it writes, or asks for what only that one has, as the logs of running jobs.
  case leader
  /// The one that leads, for some requests.
  case leaderWhere(@Sendable (HTTPRequest) -> Bool)

  /// True where the leader has to answer.
  func isLeader(_ request: HTTPRequest) -> Bool {
    switch self {
    case .anywhere: false
    case .leader: true
    case .leaderWhere(let condition): condition(request)
    }
  }
}

/// Answers what another server has to. Both are asked only by a router.
public struct Elsewhere: Sendable {
  /// The answer of the server that leads; nil where that is this one. What was read of a body by then is in it again.
  public var answer: @Sendable (inout HTTPRequest) async throws -> HTTPResponse?
  /// Whether a handler failed because this server does not lead.
  public var needsLeader: @Sendable (any Error) -> Bool

  /// How others are asked.
  public init(
    answer: @escaping @Sendable (inout HTTPRequest) async throws -> HTTPResponse?,
    needsLeader: @escaping @Sendable (any Error) -> Bool
  ) {
    self.answer = answer
    self.needsLeader = needsLeader
  }
}
