public import Forge
public import Git
public import Queue

/// What building services takes.
public struct ServiceBuildDependencies: Sendable {
  /// Takes the builds.
  public var queue: any BuildQueue
  /// For trying out configurations.
  public var forges: any Forges
  /// For trying out repositories.
  public var git: GitTool
  /// Hosts of forges that may be spoken to without encryption.
  public var insecureHosts: [String]
  /// The longest that a build may run, in seconds.
  public var timeoutSeconds: Int64

  /// Dependencies.
  public init(
    queue: any BuildQueue, forges: any Forges, git: GitTool, insecureHosts: [String], timeoutSeconds: Int64
  ) {
    self.queue = queue
    self.forges = forges
    self.git = git
    self.insecureHosts = insecureHosts
    self.timeoutSeconds = timeoutSeconds
  }
}
