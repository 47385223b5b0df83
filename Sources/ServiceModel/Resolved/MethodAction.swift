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
