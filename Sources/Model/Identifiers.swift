/// A number that names a row; the type says of what, so that one cannot be passed for another.
public protocol Identifier: RawRepresentable<Int64>, Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
  /// The identifier with this number.
  init(rawValue: Int64)
}

extension Identifier {
  /// By number.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  /// The number in decimal.
  public var description: String { String(rawValue) }
}

/// Names a build, across all owners.
public struct BuildID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a job of a build, across all builds.
public struct JobID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a user.
public struct UserID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a namespace.
public struct NamespaceID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names an API token, not the token itself.
public struct TokenID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a collected artifact.
public struct ArtifactID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a registered repository.
public struct RepositoryID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a binary cache.
public struct CacheID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names a service.
public struct ServiceID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// Names an agent, across all owners.
public struct AgentID: Identifier {
  /// The number.
  public let rawValue: Int64
  /// The identifier with this number.
  public init(rawValue: Int64) { self.rawValue = rawValue }
}
