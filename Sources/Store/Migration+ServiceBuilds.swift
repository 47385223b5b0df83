extension Migration {
  /// Builds of services. `service_build` says what such a build is about, as JSON (`ServiceBuildText`), NULL for all
  /// others; it stays readable where the service is gone. `configuration` is sealed, whole.
  static let serviceBuilds = Migration(number: 12, name: "builds of services") { dialect in
    [
      "ALTER TABLE builds ADD COLUMN service BIGINT REFERENCES services (id) ON DELETE SET NULL",
      "ALTER TABLE builds ADD COLUMN service_build TEXT",
      "CREATE INDEX builds_service ON builds (service, id) WHERE service IS NOT NULL",
      """
      CREATE TABLE build_configurations (
        service \(dialect.key) PRIMARY KEY REFERENCES services (id) ON DELETE CASCADE,
        owner BIGINT NOT NULL REFERENCES users (id), configuration \(dialect.bytes) NOT NULL, saved_at BIGINT NOT NULL)
      """,
    ]
  }
}
