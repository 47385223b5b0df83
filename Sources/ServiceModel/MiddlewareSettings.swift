/// What a middleware is set to.
public enum MiddlewareSettings: Sendable, Hashable {
  /// Logs every call: the method, how long it took, and how it ended.
  case logging(level: LogLevel)
  /// Measures every call: a counter, and a histogram with these upper bounds in seconds, ascending.
  case monitoring(buckets: [Double])
  /// Refuses calls (429 over HTTP) beyond so many in a time.
  case rateLimit(RateLimit)
  /// Refuses calls (401 over HTTP) without a token that is accepted.
  case auth(Authentication)
}

/// How important a line of the log is.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Codable {
  /// For those who look for a mistake.
  case debug
  /// As usual.
  case info
  /// Something that should not be.
  case warn
  /// Something that went wrong.
  case error
}

/// How many calls are let through: a bucket of `burst` tokens that fills evenly.
public struct RateLimit: Sendable, Hashable {
  /// What shares one bucket.
  public enum Scope: String, Sendable, Hashable, CaseIterable, Codable {
    /// All calls together.
    case service
    /// The calls of one client's address.
    case client
  }

  /// Tokens that come in `milliseconds`; above 0.
  public let requests: Int64
  /// The time in which they come; above 0.
  public let milliseconds: Int64
  /// The most tokens that are kept, and how many there are at first; above 0.
  public let burst: Int64
  /// What shares one bucket.
  public let scope: Scope
}

/// How callers show who they are: by `Authorization: Bearer`, over gRPC in the metadata `authorization`.
public enum Authentication: Sendable, Hashable {
  /// By one of the tokens that this variable of the environment holds, separated by commas.
  case bearer(variable: String)
  /// By a JWT signed with HS256 and the secret in this variable of the environment, which has not expired, and has
  /// this issuer and audience where they are not nil.
  case jwt(variable: String, issuer: String?, audience: String?)

  /// The variable of the environment that holds the secret.
  public var variable: String {
    switch self {
    case .bearer(let variable), .jwt(let variable, _, _): variable
    }
  }
}
