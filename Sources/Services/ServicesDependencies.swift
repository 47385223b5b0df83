public import Model
public import Store

/// What the services are made of.
public struct ServicesDependencies: Sendable {
  /// Services, their drafts and revisions, data sources.
  public var store: Store
  /// The time now.
  public var clock: @Sendable () -> Timestamp

  /// Dependencies.
  public init(store: Store, clock: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.clock = clock
  }
}
