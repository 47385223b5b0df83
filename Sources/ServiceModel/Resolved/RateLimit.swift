/// How many calls are let through: a bucket of `burst` tokens that fills evenly.
public struct RateLimit: Sendable, Hashable {
  /// What shares one bucket.
  public enum Scope: String, Sendable, Hashable, CaseIterable, Codable {
    /// All calls together.
    case service
    /// The calls of one client's address.
    case client
  }

  /// Tokens that come in `milliseconds`; above 0.
  public let requests: Int64
  /// The time in which they come; above 0.
  public let milliseconds: Int64
  /// The most tokens that are kept, and how many there are at first; above 0.
  public let burst: Int64
  /// What shares one bucket.
  public let scope: Scope
}
