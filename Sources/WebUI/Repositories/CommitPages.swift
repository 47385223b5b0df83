internal import HTTPServer
internal import Model
internal import Routing
internal import Store

extension WebUI {
  /// A commit's artifacts, and how those of two commits differ.
  var commitRoutes: [Route] {
    [
      Route("GET", "/commits/{commit}", access: .page) { try await commit($0) },
      Route("GET", "/commits/{commit}/compare/{other}", access: .page) { try await comparison($0) },
    ]
  }

  private func commit(_ request: RouteRequest) async throws -> HTTPResponse {
    let reader = try request.reader()
    let set = try await artifactSet("commit", of: request)
    let after = request.http.query("after") ?? ""
    let store = dependencies.store
    let artifacts = try await store.artifacts(in: set, owner: reader.user, after: after, limit: CommitView.limit + 1)
    let builds = try await store.builds(of: set, owner: reader.user, limit: 10)
    var previous: Build?
    if let newest = builds.first { previous = try await store.previousBuild(of: newest) }
    let view = CommitView(
      set: set, builds: builds, previous: previous, artifacts: artifacts,
      size: try await store.size(of: set, owner: reader.user), isFirst: after.isEmpty, now: dependencies.clock())
    return respond(Page(title: view.title, body: view.html), user: reader.name)
  }

  private func comparison(_ request: RouteRequest) async throws -> HTTPResponse {
    let reader = try request.reader()
    let before = try await artifactSet("commit", of: request)
    let after = try await artifactSet("other", of: request)
    let store = dependencies.store
    var changes: [ArtifactChangeKind: [ArtifactChange]] = [:]
    for kind in ArtifactChangeKind.allCases {
      changes[kind] = try await store.changes(
        kind, from: before, to: after, owner: reader.user, limit: ComparisonView.limit)
    }
    let view = ComparisonView(
      before: before, after: after, comparison: try await store.compare(before, after, owner: reader.user),
      changes: changes)
    return respond(Page(title: view.title, body: view.html), user: reader.name)
  }

  private func artifactSet(_ name: String, of request: RouteRequest) async throws -> ArtifactSet {
    let text = request.parameters[name] ?? ""
    switch try await dependencies.store.artifactSet(named: text, owner: try request.reader().user) {
    case .one(let set): return set
    case .none: throw Problem.notFound("No build is of the commit '\(text.shortened)'.")
    case .several: throw Problem.notFound("Several commits begin with '\(text.shortened)': write more of its digits.")
    }
  }
}
