/// The kinds of data sources.
public enum DataSourceType: String, Sendable, Hashable, CaseIterable, Codable {
  /// PostgreSQL.
  case postgres
  /// Redis.
  case redis
  /// A bucket of an S3 server.
  case s3
}
