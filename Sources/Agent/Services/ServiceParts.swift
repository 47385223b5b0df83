public import Forge

/// What an agent needs that builds services.
public struct ServiceParts: Sendable {
  /// Makes the files.
  public var maker: any ServiceMaker
  /// Where merge requests are opened.
  public var forges: any Forges
  /// Hosts of forges that may be spoken to without encryption.
  public var insecureHosts: [String]

  /// Parts.
  public init(maker: any ServiceMaker, forges: any Forges, insecureHosts: [String]) {
    self.maker = maker
    self.forges = forges
    self.insecureHosts = insecureHosts
  }
}
