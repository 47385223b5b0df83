public import HTTPServer

/// What a router tells and asks the rest of the program.
public struct RouterHooks: Sendable {
  /// The refusal that another module's error means; nil where the error is not expected, which answers 500.
  public var problem: @Sendable (any Error) -> Problem?
  /// A page for a problem, for browsers on paths outside `/api`; nil for the JSON form.
  public var page: @Sendable (Problem, HTTPRequest) -> HTTPResponse?
  /// Called for every answer, once its head is decided; for the request log and metrics. Must not block.
  public var answered: @Sendable (AnsweredRequest) -> Void
  /// Called for every error that nobody expected. Must not block.
  public var failed: @Sendable (FailedRequest) -> Void

  /// Hooks; what is left out does nothing.
  public init(
    problem: @escaping @Sendable (any Error) -> Problem? = { _ in nil },
    page: @escaping @Sendable (Problem, HTTPRequest) -> HTTPResponse? = { _, _ in nil },
    answered: @escaping @Sendable (AnsweredRequest) -> Void = { _ in },
    failed: @escaping @Sendable (FailedRequest) -> Void = { _ in }
  ) {
    self.problem = problem
    self.page = page
    self.answered = answered
    self.failed = failed
  }
}

/// A request that was answered.
public struct AnsweredRequest: Sendable {
  /// As sent.
  public var method: String
  /// The route's path, as in `/api/v1/builds/{id}`; nil where none matched.
  public var route: String?
  /// As sent, without the query.
  public var path: String
  /// The answer's status.
  public var status: Int
  /// From the request's head to the answer's head; a streamed body comes after.
  public var duration: Duration
  /// The peer.
  public var remoteAddress: String
}

/// A request that failed in a way that nobody expected.
public struct FailedRequest: Sendable {
  /// What the caller was told instead of the error; 16 hexadecimal digits at most.
  public var id: String
  /// The error.
  public var error: any Error
  /// As sent.
  public var method: String
  /// The route's path; nil where none matched.
  public var route: String?
  /// As sent, without the query.
  public var path: String
}
