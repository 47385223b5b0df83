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
