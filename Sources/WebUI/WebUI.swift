public import Artifacts
public import HTTPServer
public import Logs
public import Model
public import Queue
public import Routing
public import Store

/// What the pages are made of.
public struct WebUIDependencies: Sendable {
  /// Builds, jobs, artifacts.
  public var store: Store
  /// Changes the course of builds.
  public var queue: any BuildQueue
  /// Changes which repositories are watched; nil where none are.
  public var repositories: (any RepositoryRegistry)?
  /// Changes binary caches; nil where there are none.
  public var caches: (any CacheRegistry)?
  /// Knows the agents; nil where there are none.
  public var directory: (any AgentDirectory)?
  /// Makes a token for an agent of a user, and returns its text.
  public var agentToken: @Sendable (_ owner: UserID, _ comment: String) async throws -> String
  /// Builds services; nil where none are built.
  public var services: (any ServiceBuilder)?
  /// What builds have stored; nil where files of builds are not shown.
  public var artifacts: (any ArtifactStore)?
  /// The jobs' logs, for readers without scripts.
  public var logs: any LogStore
  /// Opens and closes browsers' sessions.
  public var sessions: Sessions
  /// Submits manifests for readers without scripts.
  public var manifestForm: ManifestForm
  /// The program's version.
  public var version: String
  /// Where the first token is kept, for the people who look for it.
  public var tokenPath: String
  /// The time now.
  public var clock: @Sendable () -> Timestamp

  /// Dependencies.
  public init(
    store: Store, queue: any BuildQueue, repositories: (any RepositoryRegistry)? = nil,
    caches: (any CacheRegistry)? = nil, services: (any ServiceBuilder)? = nil,
    directory: (any AgentDirectory)? = nil,
    agentToken: @escaping @Sendable (_ owner: UserID, _ comment: String) async throws -> String = { _, _ in
      throw Problem(503, "This server makes no tokens for agents.")
    }, artifacts: (any ArtifactStore)? = nil, logs: any LogStore, sessions: Sessions, manifestForm: ManifestForm,
    version: String, tokenPath: String,
    clock: @escaping @Sendable () -> Timestamp
  ) {
    self.store = store
    self.queue = queue
    self.repositories = repositories
    self.caches = caches
    self.services = services
    self.directory = directory
    self.agentToken = agentToken
    self.artifacts = artifacts
    self.logs = logs
    self.sessions = sessions
    self.manifestForm = manifestForm
    self.version = version
    self.tokenPath = tokenPath
    self.clock = clock
  }
}

/// The pages of the server: rendered here, kept up to date in the browser by the event streams of the API.
public struct WebUI: Sendable {
  let dependencies: WebUIDependencies
  let assets: Assets
  let titles: BuildTitles

  /// Pages over these dependencies.
  public init(_ dependencies: WebUIDependencies) {
    self.dependencies = dependencies
    assets = Assets()
    titles = BuildTitles(store: dependencies.store)
  }

  /// The pages and the files that they need.
  public var routes: [Route] {
    assets.routes + signInRoutes + listRoutes + newBuildRoutes + buildRoutes + actionRoutes + repositoryRoutes
      + repositoryActionRoutes + badgeRoutes + commitRoutes + cacheRoutes + cacheActionRoutes
      + agentRoutes + serviceRoutes + dataSourceRoutes + serviceBuildRoutes + generatedFileRoutes
  }

  /// The page for a refusal, for `RouterHooks.page`.
  public func page(for problem: Problem, _ request: HTTPRequest) -> HTTPResponse? {
    let view = ProblemView(problem: problem)
    return respond(Page(title: view.title, body: view.html), user: nil, status: problem.status)
  }

  /// A finished page.
  func respond(_ page: Page, user: String?, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    let layout = Layout(
      page: page, user: user, assets: assets, version: dependencies.version, now: dependencies.clock())
    var headers = headers
    // A page holds what its reader may see: nothing keeps it but this browser's back button.
    if headers["Cache-Control"] == nil { headers["Cache-Control"] = "private, no-cache" }
    return .html(layout.html.text, status: status, headers: headers)
  }
}

extension RouteRequest {
  /// Who reads the page.
  func reader() throws -> Principal {
    guard let principal else { throw Problem(401, "sign in to see this page") }
    return principal
  }

  /// The path's number of this name; a 404 for what cannot name anything.
  func identifier<ID: Identifier>(_ name: String, of kind: String, as type: ID.Type = ID.self) throws -> ID {
    let text = parameters[name] ?? ""
    guard let number = Int64(digits: text), number > 0 else {
      throw Problem.notFound("There is no \(kind) \(text.shortened).")
    }
    return ID(rawValue: number)
  }
}
