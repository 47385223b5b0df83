public import Model
internal import Planning

/// A build whose plan was extended.
public struct ExtendedBuild: Sendable {
  /// The build.
  public var build: Build
  /// What it does now.
  public var plan: Plan
  /// All jobs in order of execution.
  public var jobs: [Job]
  /// Those of them that are new.
  public var added: Set<JobID>
  /// Jobs that an earlier attempt had begun and that no longer belong to the plan; their logs take no more.
  public var dropped: [JobID]
}

extension Store {
  /// Stores what a build's `detect` job has found, with the jobs that follow from it, in one step. Jobs that an earlier
  /// attempt had found stay where they are the same. nil where the lease is not the build's any more. Throws
  /// `StoreError.notExtensible` for a plan without such a job, and where a later job has begun.
  public func extend(
    _ lease: StoredLease, by found: PlanExtension, at now: Timestamp
  ) async throws -> ExtendedBuild? {
    try await database.write { [sealer] connection in
      guard try connection.holds(lease), var build = try connection.build(lease.build) else { return nil }
      let first = try connection.submittedPlan(of: build.id).plan(of: build.id, sealer)
      guard let position = first.detectPosition, let plan = first.extended(by: found) else {
        throw StoreError.notExtensible(build.id, "it has no job that finds out more")
      }
      let stored = try StoredPlan(plan, sealer)
      let needs = first.requirement(extendedBy: plan)
      try connection.execute(
        """
        UPDATE build_plans SET extended_manifest = $2, extended_plan = $3, extended_sealed = $4 WHERE build = $1
        """,
        [.integer(build.id.rawValue), .text(shownManifest(found.manifest, masking: plan.maskedValues))] + stored.values)
      try connection.execute(
        "UPDATE builds SET timeout_ms = $2, labels = $3, further_drivers = $4 WHERE id = $1",
        [.integer(build.id.rawValue), .integer(Duration.seconds(plan.timeoutSeconds).milliseconds)]
          + needs.values.dropFirst())
      build.needs = needs
      let (added, dropped) = try connection.replaceJobs(of: build, after: position, by: plan, at: now)
      return ExtendedBuild(
        build: build, plan: plan, jobs: try connection.jobs(of: build.id), added: added, dropped: dropped)
    }
  }
}

extension DatabaseConnection {
  fileprivate func submittedPlan(of build: BuildID) throws -> StoredPlan {
    let stored = try first(
      "SELECT \(StoredPlan.columns) FROM build_plans p WHERE p.build = $1", [.integer(build.rawValue)]
    ) { StoredPlan(row: $0, at: 0) }
    guard let stored else { throw StoreError.missing(table: "build_plans", id: build.rawValue) }
    return stored
  }

  /// Makes the jobs after `position` those of `plan`.
  fileprivate func replaceJobs(
    of build: Build, after position: Int, by plan: Plan, at now: Timestamp
  ) throws -> (added: Set<JobID>, dropped: [JobID]) {
    let present = try jobs(of: build.id)
    let old = present.filter { $0.position > position }
    guard let detect = present.first(where: { $0.position == position }), old.allSatisfy({ $0.status == .queued })
    else {
      throw StoreError.notExtensible(build.id, "a later job has begun")
    }
    let names = plan.jobs.map { ($0.stage.name, $0.job.name) }
    let outdated = old.filter { !names.indices.contains($0.position) || names[$0.position] != ($0.stage, $0.name) }
    for job in outdated { try putAside(job.id) }
    var places = [position: detect.id]
    for job in old where !outdated.contains(job) { places[job.position] = job.id }
    var added: Set<JobID> = []
    for place in names.indices.dropFirst(position + 1) where places[place] == nil {
      let id = try insertJob(
        place, stage: names[place].0, name: names[place].1, build: build.id, owner: build.owner, at: now)
      places[place] = id
      added.insert(id)
    }
    for job in outdated { try drop(job, for: places[job.position] ?? detect.id) }
    return (added, outdated.filter { $0.startedAt != nil }.map(\.id))
  }

  /// Takes away a job that was put aside; one that had begun keeps its row and its log.
  private func drop(_ job: Job, for other: JobID) throws {
    if job.startedAt == nil {
      try execute("DELETE FROM jobs WHERE id = $1", [.integer(job.id.rawValue)])
    } else {
      try supersede(job.id, by: other)
    }
  }
}
