/// A whole message, however many frames it came in.
public enum WebSocketMessage: Sendable, Hashable {
  /// Valid UTF-8.
  case text(String)
  /// Any bytes.
  case binary([UInt8])
}

/// Why an end is closed (RFC 6455, section 7.4.1), as far as this program says so.
public enum WebSocketCloseCode: UInt16, Sendable {
  /// All is done.
  case normal = 1000
  /// The peer sent what cannot be used.
  case invalidData = 1007
  /// A message is longer than is taken.
  case tooBig = 1009
  /// It failed here.
  case serverError = 1011
}

/// How a connection is kept.
public struct WebSocketConfiguration: Sendable {
  /// Bytes of a message that are taken; longer ones end the connection with 1009.
  public var messageLimit: Int
  /// How often the peer is asked whether it lives.
  public var pingInterval: Duration
  /// After so long without a byte from a peer that was asked, or twice as long from one that takes nothing, it is dead.
  public var deadline: Duration
  /// How long the peer may take to answer the end of the connection.
  public var closeTimeout: Duration

  /// Messages of 1 MiB, a ping every 20 seconds, 60 seconds to be found dead, 10 seconds for the end.
  public init(
    messageLimit: Int = 1 << 20, pingInterval: Duration = .seconds(20), deadline: Duration = .seconds(60),
    closeTimeout: Duration = .seconds(10)
  ) {
    self.messageLimit = messageLimit
    self.pingInterval = pingInterval
    self.deadline = deadline
    self.closeTimeout = closeTimeout
  }
}
