public import Model

extension Store {
  /// The servers that share the database, in the order in which they were started.
  public func servers() async throws -> [ServerRecord] { try await database.read { try $0.servers() } }

  /// Begins a term of this server: from here on it leads. Returns the term's number.
  public func beginTerm(of server: ServerRecord) async throws -> Int64 {
    try await database.write { connection in
      try connection.note(server)
      try connection.execute(
        "UPDATE servers SET leads = (SELECT MAX(leads) FROM servers) + 1 WHERE id = $1", [.text(server.id)])
      return try connection.term()
    }
  }

  /// Writes nothing, but has the connection that writes made anew where it was lost.
  public func touch() async throws { try await database.write { _ = try $0.term() } }

  /// Throws where this server cannot work beside the one that leads: `StoreError.otherSchema` and `otherKey`. Changes
  /// nothing.
  public func checkFit() async throws {
    let sealer = sealer
    try await database.read { connection in
      let found = try connection.first("SELECT MAX(number) FROM migrations") { $0.integer(0) ?? 0 } ?? 0
      guard found == Self.knownSchema else { throw StoreError.otherSchema(found: found, known: Self.knownSchema) }
      try connection.proveKey(of: sealer)
    }
  }
}

extension DatabaseConnection {
  /// The servers that share the database, in the order in which they were started.
  public func servers() throws -> [ServerRecord] {
    try all(
      "SELECT id, address, version, schema, started_at, seen_at, leads FROM servers ORDER BY started_at, id", [],
      ServerRecord.init(row:))
  }

  /// The present term's number; 0 before the first.
  public func term() throws -> Int64 { try first("SELECT MAX(leads) FROM servers") { $0.integer(0) ?? 0 } ?? 0 }

  /// Writes what a server is and that it lives, but for its term.
  public func note(_ server: ServerRecord) throws {
    try execute(
      """
      INSERT INTO servers (id, address, version, schema, started_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (id) DO UPDATE SET address = excluded.address, version = excluded.version,
        schema = excluded.schema, started_at = excluded.started_at, seen_at = excluded.seen_at
      """,
      [
        .text(server.id), .text(server.address), .text(server.version), .integer(server.schema),
        .integer(server.startedAt.milliseconds), .integer(server.seenAt.milliseconds),
      ])
  }

  /// Forgets servers that were not heard of since `time`, but for the one that has led last: terms count on from its.
  public func forgetServers(silentSince time: Timestamp) throws {
    try execute(
      "DELETE FROM servers WHERE seen_at < $1 AND leads < (SELECT MAX(leads) FROM servers)",
      [.integer(time.milliseconds)])
  }

  /// A server has stopped.
  public func forget(server id: String) throws {
    try execute(
      "DELETE FROM servers WHERE id = $1 AND leads < (SELECT MAX(leads) FROM servers)", [.text(id)])
    // The others need not wait to find out that it does not answer.
    try execute("UPDATE servers SET address = '' WHERE id = $1", [.text(id)])
  }
}
