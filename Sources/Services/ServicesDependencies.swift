public import Model
public import Store

/// What the services are made of.
public struct ServicesDependencies: Sendable {
  /// Services, their drafts and revisions, data sources.
  public var store: Store
  /// What building them takes.
  public var builds: ServiceBuildDependencies
  /// The time now.
  public var clock: @Sendable () -> Timestamp

  /// Dependencies.
  public init(store: Store, builds: ServiceBuildDependencies, clock: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.builds = builds
    self.clock = clock
  }
}
