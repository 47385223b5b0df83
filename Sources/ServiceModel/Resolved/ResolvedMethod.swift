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
