/// A component of a resolved service.
public struct ResolvedComponent: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What it is.
  public let kind: ComponentType
  /// The data source of a storage component; nil for all others.
  public let dataSource: String?
  /// What a middleware is set to; nil for all others.
  public let middleware: MiddlewareSettings?
  /// The components that it calls or puts around a call, each once, in the order of the document. Of a function those
  /// to which a link leads.
  public let dependencies: [String]
  /// What it can do, in order. Middlewares have none.
  public let methods: [ResolvedMethod]
}

/// A method of a component of a resolved service.
public struct ResolvedMethod: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What it takes.
  public let request: [ResolvedField]
  /// What it gives.
  public let response: [ResolvedField]
  /// True where it may find nothing, which is an answer of its own (404 over HTTP) and no error.
  public let canMiss: Bool
  /// What it does.
  public let action: MethodAction
}

/// A value of a request or response.
public struct ResolvedField: Sendable, Hashable {
  /// Its name, also in JSON.
  public let name: String
  /// Its type.
  public let type: FieldType
  /// True where NULL is a value: null in JSON, or absent.
  public let isNullable: Bool

  init(_ name: String, _ type: FieldType, isNullable: Bool = false) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
  }
}

/// What a method does.
public enum MethodAction: Sendable, Hashable {
  /// Answers an HTTP request with a call.
  case http(ResolvedRoute, call: MethodReference)
  /// Answers a gRPC call with a call.
  case grpc(call: MethodReference)
  /// Queries the component's database.
  case sql(SQLQuery)
  /// Reads or writes a key of the component's Redis.
  case redis(RedisOperation)
  /// Reads or writes an object of the component's bucket.
  case file(FileOperation)
  /// Asks one source after the other until one has the data. The last one decides what is asked and what is given.
  case lookAside([LookAsideSource])
  /// Passes the request through middlewares, in order, calls the source, and passes the response through others, in
  /// order. Both name components.
  case orchestration(source: MethodReference, request: [String], response: [String])
  /// Runs this Go code.
  case function(body: String)
}

/// A source of a look-aside cache.
public struct LookAsideSource: Sendable, Hashable {
  /// What is asked.
  public let method: MethodReference
  /// What is called with the request's and the found response's fields when a later source had the data; nil where
  /// nothing is written back. Takes only fields of the two.
  public let write: MethodReference?
}
