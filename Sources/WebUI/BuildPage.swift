internal import HTTPServer
internal import Logs
internal import Model
internal import Queue
internal import Routing
internal import Store

extension WebUI {
  /// A build and its jobs.
  var buildRoutes: [Route] {
    [
      Route("GET", "/builds/{id}", access: .page, at: Self.logPlace) { request in
        try await build(request, job: nil)
      },
      Route("GET", "/builds/{id}/jobs/{job}", access: .page, at: Self.logPlace) { request in
        try await build(request, job: try request.identifier("job", of: "job"))
      },
    ]
  }

  /// A page with a log in it is made where the log is.
  private static let logPlace = RoutePlace.leaderWhere { $0.query("log") == "plain" }

  private func build(_ request: RouteRequest, job chosen: JobID?) async throws -> HTTPResponse {
    let reader = try request.reader()
    let id: BuildID = try request.identifier("id", of: "build")
    guard let (build, jobs) = try await dependencies.store.buildWithJobs(id, owner: reader.user) else {
      throw Problem.notFound("There is no build \(id).")
    }
    let job = try await selection(chosen, in: jobs, of: build)
    // A refresh leaves out what never changes and may be large.
    let isRefresh = request.http.query("part") == "live"
    var view = BuildView(
      build: build, jobs: jobs, job: job, isChosen: chosen != nil,
      artifacts: try await dependencies.store.artifacts(in: .build(id), owner: reader.user, limit: ArtifactsView.limit),
      size: try await dependencies.store.size(of: .build(id), owner: reader.user),
      title: try await titles.title(of: build), user: reader.name, now: dependencies.clock())
    view.repository = try await repository(of: build)
    view.previous = try await previous(of: build)
    view.obstacle = try await dependencies.directory?.obstacle(for: build)
    view.results = try await results(of: build, ResultSelection(request.http))
    if build.kind == .nix {
      view.nix = try await dependencies.store.nixProgress(of: id, owner: reader.user).map(\.progress)
    }
    view.showsAllJobs = request.http.query("jobs") == "all"
    if !isRefresh || BuildView.hasLiveManifest(build) {
      view.manifest = try await dependencies.store.manifest(of: id, owner: reader.user)
    }
    if !isRefresh {
      let plan = try await dependencies.store.plan(of: id, owner: reader.user)
      view.driver = plan?.driver.type
      view.timeoutSeconds = plan?.timeoutSeconds
      if request.http.query("log") == "plain", let job { view.plainLog = try await plainLog(job) }
    }
    return respond(Page(title: view.pageTitle, name: "build", body: view.html), user: reader.name)
  }

  /// The registered repository that the build was queued for.
  private func repository(of build: Build) async throws -> Repository? {
    guard let id = build.repository else { return nil }
    return try await dependencies.store.repository(id, owner: build.owner)?.repository
  }

  /// The build that its artifacts are compared with, once it has ended: of the same repository and ref, else of the
  /// same source.
  private func previous(of build: Build) async throws -> Build? {
    guard build.status.isFinal else { return nil }
    if build.repository != nil { return try await dependencies.store.previousBuild(of: build) }
    guard build.commit != nil, let source = try await titles.source(of: build) else { return nil }
    let older = try await dependencies.store.builds(
      BuildQuery(owner: build.owner, kind: build.kind, before: build.id, limit: 20))
    for candidate in older.builds where candidate.status.isFinal && candidate.commit != nil {
      if try await titles.source(of: candidate) == source { return candidate }
    }
    return nil
  }

  private func selection(_ chosen: JobID?, in jobs: [Job], of build: Build) async throws -> Job? {
    guard let chosen else { return Self.selectedJob(jobs) }
    if let job = jobs.first(where: { $0.id == chosen }) { return job }
    // Where the build was begun anew, another job stands in its place; readers of the old one go on there.
    let old = try await dependencies.store.job(chosen, owner: build.owner)?.job
    guard let old, old.build == build.id, let job = jobs.first(where: { $0.position == old.position }) else {
      throw Problem.notFound("Build \(build.id) has no job \(chosen).")
    }
    return job
  }

  /// The job whose log a reader most likely wants: the one that runs, else the first that went wrong, else the last
  /// that ran.
  static func selectedJob(_ jobs: [Job]) -> Job? {
    jobs.first { $0.status == .running }
      ?? jobs.first { [.failed, .timedOut, .killed].contains($0.status) && $0.startedAt != nil }
      ?? jobs.last { $0.startedAt != nil } ?? jobs.first
  }

  /// The last lines of a log, for readers without scripts.
  private func plainLog(_ job: Job) async throws -> PlainLog {
    let state = try await dependencies.logs.state(job.id)
    let first = max(0, state.lines - Int64(PlainLog.limit))
    let lines = try await dependencies.logs.lines(job.id, from: first, limit: PlainLog.limit, byteLimit: 1 << 20)
    return PlainLog(lines: lines, total: state.lines)
  }
}
