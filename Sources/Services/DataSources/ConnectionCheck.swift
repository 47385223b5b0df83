internal import Concurrency
internal import HTTPClient
internal import PostgreSQL
internal import Redis
internal import Routing

/// Whether a data source answers, in a sentence for its owner.
struct ConnectionCheck: Sendable, Hashable {
  /// True where it can be used as it is set.
  var isGood: Bool
  /// What answered, or why it cannot be used and what to do.
  var detail: String

  static func good(_ detail: String) -> ConnectionCheck { ConnectionCheck(isGood: true, detail: detail) }
  static func bad(_ detail: String) -> ConnectionCheck { ConnectionCheck(isGood: false, detail: detail) }

  /// Asks the data source that these settings lead to. Takes some seconds at most.
  static func run(type: String, _ settings: ConnectionSettings, on threads: BlockingThreads) async throws
    -> ConnectionCheck
  {
    if let missing = settings.missing.first { return .bad("\(missing) is not set; write it and try again") }
    switch type {
    case "postgres": return try await threads.run { PostgresSource(settings).check() }
    case "redis": return try await threads.run { RedisSource(settings).check() }
    default: return try await S3Source(settings).check()
    }
  }
}

extension ConnectionSettings {
  /// What has no default and is not set.
  var missing: [String] {
    ["host", "database", "user", "endpoint", "bucket", "access_key", "secret_key"].filter { name in
      fields.contains { $0.name == name } && values[name] == nil
    }
  }

  /// `host:port`, for sentences.
  func address(port: Int64) -> String { "\(text("host")):\(number("port") ?? port)" }
}
