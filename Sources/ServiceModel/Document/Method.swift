/// What a component can do. Which of the properties count depends on the component's type; those of another type are
/// nil. Properties are as written and may be wrong: `ServiceDocument.problems()` says what is.
public struct Method: Sendable, Hashable {
  /// An identifier, unique in the component.
  public var name: String
  /// The declared request of `http`, `grpc` and `function`.
  public var request: [Field]?
  /// The declared response of `http`, `grpc` and `function`.
  public var response: [Field]?
  /// `http`, `grpc`: what is called, as `Component.Method`.
  public var calls: String?
  /// `http`: the route.
  public var http: HTTPRoute?
  /// `sql`: `read`, `insert`, `update`, `delete` or `raw`.
  public var query: String?
  /// `sql`: the table, but of `raw`.
  public var table: String?
  /// `sql`: the columns that rows are found by; all must be equal to the request's.
  public var whereColumns: [String]?
  /// `sql`: the columns that are written.
  public var setColumns: [String]?
  /// `sql`: true for all rows, false for one.
  public var multi: Bool?
  /// `sql`: `data` or `count`.
  public var returns: String?
  /// `sql`, `raw`: the query, with `{name}` for parameters.
  public var sql: String?
  /// The request of `raw`, and of the placeholders of `key`.
  public var params: [Field]?
  /// `sql`, `raw`: the type of a row.
  public var result: String?
  /// `redis`: `get`, `set` or `delete`; `file_storage`: `put`, `get`, `delete` or `presign`.
  public var op: String?
  /// `redis`, `file_storage`: the key, with `{name}` for fields of the request.
  public var key: String?
  /// `redis`: the type of what is kept.
  public var value: String?
  /// `redis`, `set`: for how long, as `60s`; `file_storage`, `presign`: how long the URL is valid.
  public var ttl: String?
  /// `look_aside_cache`: what is asked, in order, each as `Component.Method`.
  public var sources: [String]?
  /// `look_aside_cache`: the method that writes what was found to a source, by that source.
  public var write: [String: String]?
  /// `orchestrator`: what is called, as `Component.Method`.
  public var source: String?
  /// `orchestrator`: the names of the middlewares before the source, in order.
  public var requestMiddlewares: [String]?
  /// `orchestrator`: the names of the middlewares after the source, in order.
  public var responseMiddlewares: [String]?
  /// `function`: the body of the Go function.
  public var body: String?

  /// A method of this name.
  public init(name: String) { self.name = name }
}
