internal import Concurrency
public import Model

/// A job with the build that it belongs to.
public struct JobOfBuild: Sendable, Hashable {
  /// The job.
  public var job: Job
  /// Its build.
  public var build: Build

  /// A job and its build.
  public init(job: Job, build: Build) {
    self.job = job
    self.build = build
  }
}

extension Store {
  /// One of the owner's builds; nil where he has none with this number.
  public func build(_ id: BuildID, owner: UserID) async throws -> Build? {
    try await database.read {
      try $0.first(
        Build.selection + "WHERE b.id = $1 AND b.owner = $2", [.integer(id.rawValue), .integer(owner.rawValue)],
        Build.init(row:))
    }
  }

  /// A build, whoever's it is: for the server's own work, not for answers to users.
  public func build(_ id: BuildID) async throws -> Build? {
    try await database.read { try $0.build(id) }
  }

  /// A page of the owner's builds, newest first. Searches wait for each other.
  public func builds(_ query: BuildQuery) async throws -> BuildPage {
    let (sql, parameters) = query.statement()
    let read = { try await database.read { try $0.all(sql, parameters, Build.init(row:)) } }
    var builds = try await query.isSearch ? searches.withTurn(of: 0, read) : read()
    guard builds.count > query.clampedLimit else { return BuildPage(builds: builds, next: nil) }
    builds.removeLast()
    return BuildPage(builds: builds, next: builds.last?.id)
  }

  /// A build's jobs in order of execution; empty where the owner has no such build.
  public func jobs(of build: BuildID, owner: UserID) async throws -> [Job] {
    try await database.read {
      try $0.all(
        "SELECT \(Job.columns) FROM jobs j WHERE j.build = $1 AND j.superseded = 0 AND j.owner = $2 ORDER BY j.position",
        [.integer(build.rawValue), .integer(owner.rawValue)], Job.init(row:))
    }
  }

  /// A build and its jobs as they stand together at one moment; nil where the owner has no such build.
  public func buildWithJobs(_ id: BuildID, owner: UserID) async throws -> (build: Build, jobs: [Job])? {
    try await database.read { connection in
      guard let build = try connection.build(id), build.owner == owner else { return nil }
      return (build, try connection.jobs(of: id))
    }
  }

  /// A job with its build; nil where the owner has no such job.
  public func job(_ id: JobID, owner: UserID) async throws -> JobOfBuild? {
    try await database.read { connection in
      guard
        let job = try connection.first(
          "SELECT \(Job.columns) FROM jobs j WHERE j.id = $1 AND j.owner = $2",
          [.integer(id.rawValue), .integer(owner.rawValue)], Job.init(row:)),
        let build = try connection.build(job.build)
      else { return nil }
      return JobOfBuild(job: job, build: build)
    }
  }

  /// The text that says what the build does, `xxxxxx` in place of what its plan masks; nil where the owner has no such build.
  public func manifest(of build: BuildID, owner: UserID) async throws -> String? {
    try await database.read {
      try $0.first(
        "SELECT COALESCE(extended_manifest, manifest) FROM build_plans WHERE build = $1 AND owner = $2",
        [.integer(build.rawValue), .integer(owner.rawValue)]
      ) { $0.text(0) ?? "" }
    }
  }

  /// What the build was submitted with, whatever it has found out since; nil where the owner has no such build.
  public func submitted(_ build: BuildID, owner: UserID) async throws -> (manifest: String, plan: Plan)? {
    let stored = try await database.read {
      try $0.first(
        "SELECT manifest, \(StoredPlan.columns) FROM build_plans p WHERE p.build = $1 AND p.owner = $2",
        [.integer(build.rawValue), .integer(owner.rawValue)]
      ) { ($0.text(0) ?? "", StoredPlan(row: $0, at: 1)) }
    }
    return try stored.map { ($0.0, try $0.1.plan(of: build, sealer)) }
  }

  /// What the build does, as far as it is known; nil where the owner has no such build.
  public func plan(of build: BuildID, owner: UserID) async throws -> Plan? {
    let stored = try await database.read {
      try $0.first(
        "SELECT \(StoredPlan.presentColumns) FROM build_plans p WHERE p.build = $1 AND p.owner = $2",
        [.integer(build.rawValue), .integer(owner.rawValue)]
      ) { StoredPlan(row: $0, at: 0) }
    }
    return try stored?.plan(of: build, sealer)
  }
}

extension DatabaseConnection {
  func build(_ id: BuildID) throws -> Build? {
    try first(Build.selection + "WHERE b.id = $1", [.integer(id.rawValue)], Build.init(row:))
  }

  func jobs(of build: BuildID) throws -> [Job] {
    try all(
      "SELECT \(Job.columns) FROM jobs j WHERE j.build = $1 AND j.superseded = 0 ORDER BY j.position",
      [.integer(build.rawValue)],
      Job.init(row:))
  }
}
