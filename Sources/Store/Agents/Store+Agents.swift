public import Model

extension Store {
  /// Notes what an agent says of itself; one that is not known yet is made.
  public func putAgent(
    owner: UserID, name: String, _ description: StoredAgent.Description, at now: Timestamp
  ) async throws -> StoredAgent {
    try await database.write { connection in
      let agent = try connection.first(
        """
        INSERT INTO agents (owner, name, created_at, seen_at, shared, instance, drivers, labels, slots, version, machine)
        VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (owner, name) DO UPDATE SET seen_at = $3, shared = $4, instance = $5, drivers = $6, labels = $7,
          slots = $8, version = $9, machine = $10
        RETURNING \(StoredAgent.columns)
        """,
        [.integer(owner.rawValue), .text(name), .integer(now.milliseconds)] + description.values, StoredAgent.init(row:)
      )
      guard let agent else { throw StoreError.missing(table: "agents", id: 0) }
      return agent
    }
  }

  /// Notes that agents were heard of, each with its machine as it is now.
  public func noteSeen(_ agents: [(id: AgentID, machine: String, at: Timestamp)]) async throws {
    try await database.write { connection in
      for agent in agents {
        try connection.execute(
          "UPDATE agents SET seen_at = $2, machine = $3 WHERE id = $1",
          [.integer(agent.id.rawValue), .integer(agent.at.milliseconds), .text(agent.machine)])
      }
    }
  }

  /// Has an agent take nothing more, or builds again. False where there is no such agent.
  public func setDraining(_ id: AgentID, _ isDraining: Bool) async throws -> Bool {
    try await database.write {
      try $0.execute(
        "UPDATE agents SET draining = $2 WHERE id = $1", [.integer(id.rawValue), .integer(isDraining ? 1 : 0)]) > 0
    }
  }

  /// Forgets an agent; its builds keep its name. False where there is none.
  public func removeAgent(_ id: AgentID) async throws -> Bool {
    try await database.write { try $0.execute("DELETE FROM agents WHERE id = $1", [.integer(id.rawValue)]) > 0 }
  }

  /// All agents: for the server's own work, not for answers to users.
  public func agents() async throws -> [StoredAgent] {
    try await database.read {
      try $0.all("SELECT \(StoredAgent.columns) FROM agents ORDER BY id", [], StoredAgent.init(row:))
    }
  }

  /// The agents that a user's builds may go to, and his own, in the order in which they were first heard of: at most
  /// `limit` after `last`.
  public func agents(of user: UserID, after last: AgentID? = nil, limit: Int) async throws -> [StoredAgent] {
    try await database.read {
      try $0.all(
        """
        SELECT \(StoredAgent.columns) FROM agents WHERE (owner = $1 OR shared = 1) AND id > $2 ORDER BY id LIMIT $3
        """, [.integer(user.rawValue), .integer(last?.rawValue ?? 0), .integer(Int64(limit))], StoredAgent.init(row:))
    }
  }

  /// One of these agents; nil where the user has and may use none with this number.
  public func agent(_ id: AgentID, of user: UserID) async throws -> StoredAgent? {
    try await database.read {
      try $0.first(
        "SELECT \(StoredAgent.columns) FROM agents WHERE id = $1 AND (owner = $2 OR shared = 1)",
        [.integer(id.rawValue), .integer(user.rawValue)], StoredAgent.init(row:))
    }
  }

  /// The builds that these agents run, whoever's they are, oldest first.
  public func runningBuilds(by agents: [AgentID]) async throws -> [Build] {
    guard let first = agents.min(), let last = agents.max() else { return [] }
    let wanted = Set(agents)
    let builds = try await database.read {
      // By status, whose index holds nothing but what runs; by agent it holds all that has ever run.
      try $0.all(
        Build.selection + "WHERE b.status = 'running' AND b.agent_id >= $1 AND b.agent_id <= $2 ORDER BY b.id",
        [.integer(first.rawValue), .integer(last.rawValue)], Build.init(row:))
    }
    return builds.filter { $0.agent?.id.map(wanted.contains) == true }
  }
}
