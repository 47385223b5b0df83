/// How an `http` method is reached.
public struct HTTPRoute: Sendable, Hashable {
  /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
  public var verb: String
  /// From `/`, with `{name}` for fields of the request, each a whole part.
  public var path: String
  /// Where fields of the request come from: `path`, `query` or `body`. The others: the path where it names them, the
  /// query for `GET` and `DELETE`, the body otherwise.
  public var from: [String: String]?

  /// A route.
  public init(verb: String, path: String, from: [String: String]? = nil) {
    self.verb = verb
    self.path = path
    self.from = from
  }
}
