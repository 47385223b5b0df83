/// A part of a service, as drawn: what it is, and what it can do.
public struct Component: Sendable, Hashable {
  /// An identifier, unique in the service.
  public var name: String
  /// As written; `kind` says whether it is known.
  public var type: String
  /// Where it stands on the canvas; nil where nobody has placed it.
  public var position: Position?
  /// The name of the data source that a storage component uses.
  public var dataSource: String?
  /// The settings of a middleware.
  public var settings: [String: SettingValue]?
  /// What it can do, in order.
  public var methods: [Method]

  /// A component.
  public init(
    name: String, type: String, position: Position? = nil, dataSource: String? = nil,
    settings: [String: SettingValue]? = nil, methods: [Method] = []
  ) {
    self.name = name
    self.type = type
    self.position = position
    self.dataSource = dataSource
    self.settings = settings
    self.methods = methods
  }

  /// What the type means; nil where it is unknown.
  public var kind: ComponentType? { ComponentType(rawValue: type) }

  /// The method of this name.
  public func method(_ name: String) -> Method? { methods.first { $0.name == name } }
}

/// The types of components.
public enum ComponentType: String, Sendable, Hashable, CaseIterable, Codable {
  /// Answers HTTP requests.
  case http
  /// Answers gRPC calls.
  case grpc
  /// Queries a PostgreSQL database.
  case sql
  /// Keeps values in Redis.
  case redis
  /// Keeps files in a bucket.
  case fileStorage = "file_storage"
  /// Asks one source after the other, and writes what it found back to those before.
  case lookAsideCache = "look_aside_cache"
  /// Wraps a source in middlewares.
  case orchestrator
  /// A middleware that logs.
  case logging
  /// A middleware that measures.
  case monitoring
  /// A middleware that refuses what is too much.
  case rateLimit = "rate_limit"
  /// A middleware that refuses strangers.
  case auth
  /// Logic written by hand.
  case function

  /// The groups of the editor.
  public enum Group: String, Sendable, Hashable, CaseIterable, Codable {
    /// What is called from outside.
    case network
    /// What keeps data.
    case storage
    /// How sources are combined.
    case strategy
    /// What puts a call together.
    case orchestration
    /// What stands around a call.
    case middleware
    /// What is written by hand.
    case logic
  }

  /// The group it belongs to.
  public var group: Group {
    switch self {
    case .http, .grpc: .network
    case .sql, .redis, .fileStorage: .storage
    case .lookAsideCache: .strategy
    case .orchestrator: .orchestration
    case .logging, .monitoring, .rateLimit, .auth: .middleware
    case .function: .logic
    }
  }

  /// The data source that it needs; nil where it needs none.
  public var dataSource: DataSourceType? {
    switch self {
    case .sql: .postgres
    case .redis: .redis
    case .fileStorage: .s3
    default: nil
    }
  }
}

/// A place on the canvas, in its own units, from its upper left corner.
public struct Position: Sendable, Hashable {
  /// To the right.
  public var x: Double
  /// Down.
  public var y: Double

  /// A place.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A line from the output of a component to the input of another one: the first may call the second.
public struct Link: Sendable, Hashable {
  /// The name of the component that calls.
  public var from: String
  /// The name of the component that is called.
  public var to: String

  /// A link.
  public init(from: String, to: String) {
    self.from = from
    self.to = to
  }
}

/// A value of a setting.
public enum SettingValue: Sendable, Hashable {
  /// Text.
  case text(String)
  /// True or false.
  case flag(Bool)
  /// A whole number.
  case integer(Int64)
  /// Any other number; finite.
  case number(Double)
  /// Several values.
  case list([SettingValue])
}
