internal import Artifacts
internal import HTTPServer
internal import Logs
internal import Queue
public import Routing
internal import Store

/// What other modules' errors mean to a client. What is not named here is unexpected: a 500 that says nothing.
public enum ProblemMapping {
  /// The refusal that an error means; nil for an unexpected one.
  @Sendable public static func problem(_ error: any Error) -> Problem? {
    switch error {
    case let error as QueueError: Problem(status(error), error.description)
    case let error as RegistryError: problem(error)
    case let error as AgentError: problem(error)
    case let error as CacheError: problem(error)
    case let error as ServiceRefusal:
      .invalid(error.reasons.map { ProblemField(pointer: $0.pointer, detail: $0.detail) })
    case let error as DatabaseError: problem(error)
    case LogError.unavailable: Problem(503, "the archive of logs cannot be used now; try again")
    case ArtifactStoreError.unavailable: Problem(503, "the store of artifacts cannot be used now; try again")
    default: nil
    }
  }

  static func status(_ error: QueueError) -> Int {
    switch error {
    case .notFound: 404
    case .finished, .staleLease, .logGap, .moved: 409
    case .logFull, .artifactTooLarge: 413
    case .noSpace: 507
    case .unavailable: 503
    case .invalid: 422
    }
  }

  private static func problem(_ error: RegistryError) -> Problem {
    switch error {
    case .notFound: Problem(404, error.description)
    case .exists, .unreachable: Problem(409, error.description)
    case .invalid(let field, let reason): .invalid("/\(field)", reason)
    }
  }

  private static func problem(_ error: AgentError) -> Problem {
    switch error {
    case .notFound: Problem(404, error.description)
    case .notYours: Problem(403, error.description)
    case .online: Problem(409, error.description)
    }
  }

  private static func problem(_ error: CacheError) -> Problem {
    switch error {
    case .notFound, .absent: Problem(404, error.description)
    case .taken: Problem(409, error.description)
    case .invalid(let field, let reason): .invalid("/\(field)", reason)
    }
  }

  private static func problem(_ error: DatabaseError) -> Problem? {
    switch error.code {
    case .full: Problem(507, "the server's disk is full and nothing was changed; try again when there is space")
    case .following:
      Problem(503, "another server begins to lead; try again in a moment", headers: ["Retry-After": "2"])
    case .locked, .unavailable, .closed: Problem(503, "the database does not answer; try again")
    case .constraint, .other: nil
    }
  }
}
