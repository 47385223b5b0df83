extension Migration {
  /// The content of small logs, stored with the end of their jobs; what is in it is the log store's affair.
  static let smallLogs = Migration(number: 8, name: "small logs") { dialect in
    [
      """
      CREATE TABLE small_logs (
        job \(dialect.key) PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), content \(dialect.bytes) NOT NULL)
      """
    ]
  }
}
