/// Why a forge did not do what it was asked.
public struct ForgeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What to make of it.
  public enum Kind: Sendable, Hashable {
    /// The token is wrong, revoked or expired.
    case unauthorized
    /// The token's scope or its user's role is not enough.
    case forbidden
    /// There is no such project, or the token cannot see it.
    case notFound
    /// The forge does not accept what was asked for; it says why.
    case rejected
    /// The forge fails, or wants to be left alone, and did so after several attempts.
    case unavailable
    /// The host is unknown, cannot be reached, or is not trusted.
    case unreachable
    /// The forge answers with what no forge of its kind answers.
    case unexpected
  }

  /// What to make of it.
  public var kind: Kind
  /// One sentence that says what to do. It holds no secret.
  public var description: String

  /// An error with this sentence.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
