public import Forge

/// What an agent needs that builds services.
public struct ServiceParts: Sendable {
  /// Where merge requests are opened.
  public var forges: any Forges
  /// Hosts of forges that may be spoken to without encryption.
  public var insecureHosts: [String]

  /// Parts.
  public init(forges: any Forges, insecureHosts: [String]) {
    self.forges = forges
    self.insecureHosts = insecureHosts
  }
}
