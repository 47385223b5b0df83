public import Model

/// Takes the messages that forges send when somebody has pushed. Safe from any task.
public protocol WebhookReceiver: Sendable {
  /// Checks who sent a message about a repository, and has the repository checked where it tells of a push.
  func receive(_ message: WebhookMessage, for repository: RepositoryID) async throws -> WebhookAnswer
}

/// A message as it came, from anybody.
public struct WebhookMessage: Sendable {
  /// The value of a header, by its name in any case.
  public var header: @Sendable (String) -> String?
  /// The next piece of the body; nil at its end. Read once, and only where the sender signs it.
  public var body: @Sendable () async throws -> [UInt8]?

  /// A message.
  public init(
    header: @escaping @Sendable (String) -> String?, body: @escaping @Sendable () async throws -> [UInt8]?
  ) {
    self.header = header
    self.body = body
  }
}

/// What became of a message.
public enum WebhookAnswer: Sendable, Hashable {
  /// It is not proved that somebody sent it who knows the repository's secret, or there is no such repository.
  case refused
  /// The forge only tries whether it is heard.
  case ping
  /// The repository is checked at once.
  case checked
  /// It tells of something else than a push, or of a repository that is not checked at present.
  case ignored
}
