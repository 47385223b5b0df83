extension Migration {
  /// Builds of services are counted for each list of services, from the index alone.
  static let serviceCounts = Migration(number: 17, name: "counts of services' builds") { _ in
    ["CREATE INDEX builds_of_service ON builds (owner, service, created_at) WHERE service IS NOT NULL"]
  }
}
