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
