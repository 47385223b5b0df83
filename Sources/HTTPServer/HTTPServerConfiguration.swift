/// Where and how a server listens.
public struct HTTPServerConfiguration: Sendable {
  /// An address or a host name of this machine; `::` for all.
  public var host: String
  /// 0 picks a free port.
  public var port: Int
  /// Threads that wait for the network, each with its own share of the connections.
  public var threads: Int
  /// Connections at once; later ones wait in the system's queue. Cut to what the limit of open descriptors allows,
  /// which the server raises as far as the system lets it.
  public var connectionLimit: Int
  /// Bytes a connection holds for a request's head and for buffers. A head that does not fit is answered with 431.
  public var connectionMemory: Int
  /// Bytes of a request's head, its line included; more is answered with 431.
  public var headLimit: Int
  /// How long a connection may be silent, between requests or inside one, before it is closed. Does not run while a
  /// handler works or a stream has nothing to send. Whole seconds.
  public var idleTimeout: Duration
  /// How long a client may take from connecting to the end of its first request's head. Each later head has this and
  /// `idleTimeout` from the end of the answer before.
  public var headTimeout: Duration
  /// So many bytes of a body, at least, have to come in each `bodyInterval`, unless the handler holds them up.
  public var bodyMinimum: Int
  /// How long a client may take for `bodyMinimum` bytes.
  public var bodyInterval: Duration
  /// Bytes of a request's body that are received and dropped when a handler answers before it has read them all, so
  /// that the client sees the answer. Beyond, the connection is cut.
  public var discardLimit: Int64
  /// How long `stop()` lets cancelled handlers and answers on their way come to their end.
  public var stopGrace: Duration
  /// Told in one sentence of what nobody else would learn: a stream that threw, a response that cannot be sent.
  public var report: @Sendable (String) -> Void

  /// A configuration; the defaults serve thousands of idle event streams.
  public init(
    host: String = "127.0.0.1", port: Int = 0, threads: Int = 2, connectionLimit: Int = 10_000,
    connectionMemory: Int = 16 * 1024, headLimit: Int = 8 * 1024, idleTimeout: Duration = .seconds(60),
    headTimeout: Duration = .seconds(10), bodyMinimum: Int = 16 * 1024, bodyInterval: Duration = .seconds(30),
    discardLimit: Int64 = 64 * 1024 * 1024, stopGrace: Duration = .seconds(2),
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.host = host
    self.port = port
    self.threads = threads
    self.connectionLimit = connectionLimit
    self.connectionMemory = connectionMemory
    self.headLimit = headLimit
    self.idleTimeout = idleTimeout
    self.headTimeout = headTimeout
    self.bodyMinimum = bodyMinimum
    self.bodyInterval = bodyInterval
    self.discardLimit = discardLimit
    self.stopGrace = stopGrace
    self.report = report
  }
}
