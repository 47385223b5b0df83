public import Model
public import Queue
internal import Store

extension Rebuilder: WebhookReceiver {
  /// Checks a message's proof, and has the repository checked where the message tells of a push. A message that comes
  /// again does no harm: it has the same repository checked once more.
  public func receive(_ message: WebhookMessage, for repository: RepositoryID) async throws -> WebhookAnswer {
    let secret = try await store.webhookSecret(of: repository)
    guard let proof = WebhookProof(message.header),
      try await proof.holds(secret: secret ?? decoy, body: message.body), secret != nil
    else { return .refused }
    switch WebhookEvent(message.header) {
    case .ping: return .ping
    case .other: return .ignored
    case .push:
      do { try await check(repository, cause: .webhook) } catch is RegistryError { return .ignored }
      return .checked
    }
  }
}
