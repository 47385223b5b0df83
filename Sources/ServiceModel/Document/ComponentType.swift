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
