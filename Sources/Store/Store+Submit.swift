public import Model
internal import Planning
internal import Results

/// A build that waits for an agent, with what decides whose turn it is.
public struct QueuedBuild: Sendable, Hashable {
  /// The build.
  public var id: BuildID
  /// Whose it is.
  public var owner: UserID
  /// Its namespace, where it has one.
  public var namespace: NamespaceID?
  /// What it needs of an agent.
  public var needs: AgentRequirement
  /// True where an agent had it already: it goes before all others.
  public var isRequeued: Bool
  /// When it was submitted.
  public var createdAt: Timestamp

  /// A queued build.
  public init(
    id: BuildID, owner: UserID, namespace: NamespaceID?, needs: AgentRequirement, isRequeued: Bool, createdAt: Timestamp
  ) {
    self.id = id
    self.owner = owner
    self.namespace = namespace
    self.needs = needs
    self.isRequeued = isRequeued
    self.createdAt = createdAt
  }
}

extension Store {
  /// Stores a build with its jobs, plan and tags, `queued`, under the owner's next number. What its plan masks is
  /// stored sealed, and left out of the manifest. Throws `StoreError.moved` where the ref of its move does not stand
  /// where the move begins.
  public func submit(_ new: Submission, at now: Timestamp) async throws -> (
    build: Build, jobs: [Job], entry: QueuedBuild
  ) {
    let plan = try StoredPlan(new.plan, sealer)
    let manifest = shownManifest(new.manifest, masking: new.plan.maskedValues)
    return try await database.write { connection in
      if let move = new.move { try connection.checkRepository(of: move, owner: new.owner) }
      guard let number = try connection.nextNumber(of: new.owner) else {
        throw StoreError.missing(table: "users", id: new.owner.rawValue)
      }
      let namespace = try new.namespace.map { try connection.ensureNamespace($0, owner: new.owner, at: now) }
      let id = try connection.insert(new, manifest: manifest, number: number, namespace: namespace, at: now)
      try connection.execute(
        "INSERT INTO build_plans (build, owner, manifest, plan, sealed) VALUES ($1, $2, $3, $4, $5)",
        [.integer(id.rawValue), .integer(new.owner.rawValue), .text(manifest)] + plan.values)
      if let move = new.move { try connection.record(move, build: id, owner: new.owner, at: now) }
      try connection.insertTags(new.tags, build: id, owner: new.owner)
      try connection.insertJobs(new.plan, build: id, owner: new.owner, at: now)
      guard let build = try connection.build(id) else { throw StoreError.missing(table: "builds", id: id.rawValue) }
      let entry = QueuedBuild(
        id: id, owner: new.owner, namespace: namespace, needs: new.plan.requirement, isRequeued: false, createdAt: now)
      return (build, try connection.jobs(of: id), entry)
    }
  }
}

extension DatabaseConnection {
  fileprivate func nextNumber(of owner: UserID) throws -> Int64? {
    try first(
      "UPDATE users SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number", [.integer(owner.rawValue)]
    ) { $0.integer(0) ?? 0 }
  }

  func ensureNamespace(_ path: String, owner: UserID, at now: Timestamp) throws -> NamespaceID {
    try execute(
      "INSERT INTO namespaces (owner, path, created_at) VALUES ($1, $2, $3) ON CONFLICT (owner, path) DO NOTHING",
      [.integer(owner.rawValue), .text(path), .integer(now.milliseconds)])
    let id = try first(
      "SELECT id FROM namespaces WHERE owner = $1 AND path = $2", [.integer(owner.rawValue), .text(path)]
    ) { $0.integer(0) ?? 0 }
    guard let id else { throw StoreError.missing(table: "namespaces", id: 0) }
    return NamespaceID(rawValue: id)
  }

  fileprivate func insert(
    _ new: Submission, manifest: String, number: Int64, namespace: NamespaceID?, at now: Timestamp
  ) throws -> BuildID {
    let search = SearchText.make(
      number: number, comment: new.trigger.comment, namespace: new.namespace, sources: new.plan.sources.map(\.url),
      tags: new.tags, commit: nil)
    let source = new.plan.sources.first.map { (url: (try? GitAddress($0.url))?.url ?? "", ref: $0.reference) }
    let lineage = buildLineage(
      namespace: new.namespace, move: new.move, firstSource: source, manifest: manifest)
    let id = try first(
      """
      INSERT INTO builds (owner, namespace, number, kind, status, created_at, trigger_type, trigger_comment,
        trigger_data, tags, timeout_ms, search, repository, ref, lineage, service, service_build,
        \(AgentRequirement.columns))
      VALUES ($1, $2, $3, $4, '\(Status.queued.rawValue)', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
        $18, $19)
      RETURNING id
      """,
      [
        .integer(new.owner.rawValue), .optional(namespace?.rawValue), .integer(number), .text(new.kind.rawValue),
        .integer(now.milliseconds), .text(new.trigger.type.rawValue), .text(new.trigger.comment),
        new.trigger.data.isEmpty ? .null : .text(TextFields.encode(new.trigger.data)),
        new.tags.isEmpty ? .null : .text(TextFields.encode(new.tags)),
        .integer(Duration.seconds(max(0, new.plan.timeoutSeconds)).milliseconds), .text(search),
        .optional(new.move?.repository.rawValue), .optional(new.move?.name), .integer(lineage),
        .optional(new.service?.service.rawValue), .optional(try new.service.map(ServiceBuildText.encode)),
      ] + new.plan.requirement.values
    ) { $0.integer(0) ?? 0 }
    return BuildID(rawValue: id ?? 0)
  }

  fileprivate func insertJobs(_ plan: Plan, build: BuildID, owner: UserID, at now: Timestamp) throws {
    for (position, entry) in plan.jobs.enumerated() {
      _ = try insertJob(position, stage: entry.stage.name, name: entry.job.name, build: build, owner: owner, at: now)
    }
  }

  /// A queued job at a position that no other one has.
  func insertJob(
    _ position: Int, stage: String, name: String, build: BuildID, owner: UserID, at now: Timestamp
  ) throws -> JobID {
    let id = try first(
      """
      INSERT INTO jobs (build, owner, position, stage, name, status, created_at)
      VALUES ($1, $2, $3, $4, $5, '\(Status.queued.rawValue)', $6) RETURNING id
      """,
      [
        .integer(build.rawValue), .integer(owner.rawValue), .integer(Int64(position)), .text(stage), .text(name),
        .integer(now.milliseconds),
      ]
    ) { $0.integer(0) ?? 0 }
    return JobID(rawValue: id ?? 0)
  }

  func insertTags(_ tags: [String], build: BuildID, owner: UserID) throws {
    for tag in tags {
      try execute(
        "INSERT INTO build_tags (build, owner, tag) VALUES ($1, $2, $3) ON CONFLICT (build, tag) DO NOTHING",
        [.integer(build.rawValue), .integer(owner.rawValue), .text(tag)])
    }
  }
}
