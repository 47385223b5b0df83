public import Model

extension Store {
  /// The owner's services by name.
  public func services(owner: UserID) async throws -> [ServiceRecord] {
    try await database.read {
      try $0.all(
        "SELECT \(ServiceRecord.columns) FROM services WHERE owner = $1 ORDER BY name", [.integer(owner.rawValue)],
        ServiceRecord.init(row:))
    }
  }

  /// The owner's service of this name; nil where there is none.
  public func service(named name: String, owner: UserID) async throws -> ServiceRecord? {
    try await database.read {
      try $0.first(
        "SELECT \(ServiceRecord.columns) FROM services WHERE owner = $1 AND name = $2",
        [.integer(owner.rawValue), .text(name)], ServiceRecord.init(row:))
    }
  }

  /// Makes a service with this draft; nil where the owner has one of the name.
  public func createService(
    named name: String, draft document: String, owner: UserID, at now: Timestamp
  ) async throws -> ServiceRecord? {
    try await database.write {
      try $0.first(
        """
        INSERT INTO services (owner, name, draft, draft_saved_at, created_at) VALUES ($1, $2, $3, $4, $4)
        ON CONFLICT (owner, name) DO NOTHING RETURNING \(ServiceRecord.columns)
        """, [.integer(owner.rawValue), .text(name), .text(document), .integer(now.milliseconds)],
        ServiceRecord.init(row:))
    }
  }

  /// Deletes a service with its draft and revisions, its builds that have ended, and whatever refers to it. What the
  /// builds have stored becomes garbage. False where there is none.
  public func deleteService(_ id: ServiceID) async throws -> Bool {
    try await database.write { connection in
      try connection.deleteEndedBuilds(of: id)
      return try connection.execute("DELETE FROM services WHERE id = $1", [.integer(id.rawValue)]) > 0
    }
  }
}

// Drafts.
extension Store {
  /// A service's draft; nil where there is no such service.
  public func draft(of service: ServiceID) async throws -> ServiceDraft? {
    try await database.read { try $0.draft(of: service) }
  }

  /// Keeps a draft. With `known`, only where the draft is still the one of that version.
  public func keepDraft(
    _ document: String, of service: ServiceID, known: Int64? = nil, at now: Timestamp
  ) async throws -> DraftChange {
    try await database.write { connection in
      guard let present = try connection.draft(of: service) else { return .missing }
      if let known, known != present.version { return .outdated(present) }
      return .kept(try connection.setDraft(document, of: service, after: present, at: now))
    }
  }

  /// Makes a revision the draft. With `known`, only where the draft is still the one of that version.
  public func restoreRevision(
    _ number: Int64, of service: ServiceID, known: Int64? = nil, at now: Timestamp
  ) async throws -> DraftChange {
    try await database.write { connection in
      guard let present = try connection.draft(of: service),
        let revision = try connection.revision(number, of: service)
      else { return .missing }
      if let known, known != present.version { return .outdated(present) }
      return .kept(try connection.setDraft(revision.document, of: service, after: present, at: now))
    }
  }
}

// Revisions.
extension Store {
  /// Saves the draft as the next revision; where it is what the newest one is already, that one, and `isNew` is false.
  /// Nil where there is no such service.
  public func saveRevision(
    of service: ServiceID, at now: Timestamp
  ) async throws -> (revision: ServiceRevision, isNew: Bool)? {
    try await database.write { connection in
      guard let draft = try connection.draft(of: service) else { return nil }
      let newest = try connection.newestRevision(of: service)
      if let newest, newest.document == draft.document { return (newest, false) }
      let revision = ServiceRevision(
        number: (newest?.number ?? 0) + 1, document: draft.document, createdAt: now)
      try connection.execute(
        """
        INSERT INTO service_revisions (service, owner, number, document, created_at)
        SELECT id, owner, $2, $3, $4 FROM services WHERE id = $1
        """,
        [
          .integer(service.rawValue), .integer(revision.number), .text(revision.document), .integer(now.milliseconds),
        ])
      try connection.execute(
        "UPDATE services SET last_revision = $2 WHERE id = $1", [.integer(service.rawValue), .integer(revision.number)])
      return (revision, true)
    }
  }

  /// A service's revisions, newest first, those before `number` where it is given.
  public func revisions(of service: ServiceID, before number: Int64?, limit: Int) async throws -> [ServiceRevision] {
    try await database.read {
      try $0.all(
        """
        SELECT \(ServiceRevision.columns) FROM service_revisions WHERE service = $1 AND number < $2
        ORDER BY number DESC LIMIT $3
        """, [.integer(service.rawValue), .integer(number ?? .max), .integer(Int64(limit))],
        ServiceRevision.init(row:))
    }
  }

  /// A revision; nil where there is none of this number.
  public func revision(_ number: Int64, of service: ServiceID) async throws -> ServiceRevision? {
    try await database.read { try $0.revision(number, of: service) }
  }

  /// The newest revision; nil before the first.
  public func newestRevision(of service: ServiceID) async throws -> ServiceRevision? {
    try await database.read { try $0.newestRevision(of: service) }
  }
}

extension DatabaseConnection {
  fileprivate func draft(of service: ServiceID) throws -> ServiceDraft? {
    try first(
      "SELECT \(ServiceDraft.columns) FROM services WHERE id = $1", [.integer(service.rawValue)],
      ServiceDraft.init(row:))
  }

  /// A document that is the draft already keeps its version: who knows it has missed nothing.
  fileprivate func setDraft(
    _ document: String, of service: ServiceID, after present: ServiceDraft, at now: Timestamp
  ) throws -> ServiceDraft {
    let version = present.version + (document == present.document ? 0 : 1)
    try execute(
      "UPDATE services SET draft = $2, draft_version = $3, draft_saved_at = $4 WHERE id = $1",
      [.integer(service.rawValue), .text(document), .integer(version), .integer(now.milliseconds)])
    return ServiceDraft(document: document, version: version, savedAt: now)
  }

  fileprivate func revision(_ number: Int64, of service: ServiceID) throws -> ServiceRevision? {
    try first(
      "SELECT \(ServiceRevision.columns) FROM service_revisions WHERE service = $1 AND number = $2",
      [.integer(service.rawValue), .integer(number)], ServiceRevision.init(row:))
  }

  fileprivate func newestRevision(of service: ServiceID) throws -> ServiceRevision? {
    try first(
      "SELECT \(ServiceRevision.columns) FROM service_revisions WHERE service = $1 ORDER BY number DESC LIMIT 1",
      [.integer(service.rawValue)], ServiceRevision.init(row:))
  }
}
