/// What the servers of one database tell each other through it, on connections beside the pool. Safe from any task.
public protocol ServerLink: Sendable {
  /// Runs `body` in a transaction of its own, which a crash of the database's machine may undo. Throws where the database
  /// does not answer at once; nothing is repeated.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result
  /// Tells all servers, this one included, in this order, soon. Lines of text without a line's end, up to 4,000 bytes each.
  func tell(_ lines: [String])
  /// What servers tell, from the first call on. Iterate it once.
  func messages() -> AsyncStream<ServerMessage>
  /// Ends the connection by which another server leads, whether that server answers or not.
  func endLeader() async throws
  /// Ends the connections.
  func close() async
}

/// What came over a `ServerLink`.
public enum ServerMessage: Sendable, Hashable {
  /// A line that a server has told.
  case line(String)
  /// It is heard again what others tell; what they have told since the last line may be missing.
  case gap
}
