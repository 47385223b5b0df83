public import Model

/// How many builds a service has had.
public struct ServiceBuildCount: Sendable, Hashable {
  /// In the last 30 days.
  public var lastMonth: Int64
  /// In all.
  public var total: Int64

  /// Counts.
  public init(lastMonth: Int64 = 0, total: Int64 = 0) {
    self.lastMonth = lastMonth
    self.total = total
  }
}

extension Store {
  /// The owner's services that have been built, with the number of their builds.
  public func serviceBuildCounts(owner: UserID, at now: Timestamp) async throws -> [ServiceID: ServiceBuildCount] {
    [:]
  }
}
