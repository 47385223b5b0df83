internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

extension WebUI {
  /// The list of repositories, the form that adds one, and the page of each.
  var repositoryRoutes: [Route] {
    [
      Route("GET", "/repositories", access: .page) { try await repositories($0) },
      Route("GET", "/repositories/new", access: .page) { request in
        let reader = try request.reader()
        return respond(Self.addPage(AddRepositoryForm()), user: reader.name)
      },
      Route("POST", "/repositories", access: .page) { try await addRepository($0) },
      Route("GET", "/repositories/{id}", access: .page) { try await repository($0) },
    ]
  }

  private func repositories(_ request: RouteRequest) async throws -> HTTPResponse {
    let reader = try request.reader()
    let filter = RepositoryFilter(request.http)
    let page = try await dependencies.store.repositories(filter.query(owner: reader.user))
    let view = RepositoryListView(
      filter: filter, rows: page.repositories, next: page.next?.id, address: request.http.address,
      tokenPath: dependencies.tokenPath, now: dependencies.clock())
    return respond(Page(title: view.title, name: "repositories", body: view.html), user: reader.name)
  }

  private static func addPage(_ form: AddRepositoryForm) -> Page {
    Page(
      title: "Add a repository",
      body: """
        <nav class="crumbs" aria-label="Where you are"><a href="/repositories">Repositories</a></nav>
        <div class="page-head"><h1>Add a repository</h1></div>
        <p class="lead">It is built at once, and again whenever what is watched moves.</p>\(form.html)
        """)
  }

  private func addRepository(_ request: RouteRequest) async throws -> HTTPResponse {
    let reader = try request.reader()
    let form = try await request.form()
    do {
      let (namespace, manifest) = (RepositoryForm.trimmed(form["namespace"]), form["manifest"] ?? "")
      let repository = try await registry().add(
        NewRepository(
          owner: reader.user, namespace: namespace.isEmpty ? nil : namespace, url: RepositoryForm.trimmed(form["url"]),
          watch: try RepositoryForm.watch(form) ?? .defaultBranch,
          everySeconds: try RepositoryForm.every(form) ?? 60,
          manifest: manifest.allSatisfy(\.isWhitespace) ? nil : manifest))
      return Self.seeOther("/repositories/\(repository.id)")
    } catch let problem as Problem where problem.status < 500 {
      return respond(Self.addPage(AddRepositoryForm(entry: form, problem: problem)), user: reader.name, status: 422)
    } catch RegistryError.exists(let id) {
      return Self.seeOther("/repositories/\(id)")
    } catch let error as RegistryError {
      let view = AddRepositoryForm(entry: form, problem: error.problem)
      return respond(Self.addPage(view), user: reader.name, status: 422)
    }
  }

  private func repository(_ request: RouteRequest) async throws -> HTTPResponse {
    let reader = try request.reader()
    let found = try await ownRepository(request)
    let id = found.repository.id
    let store = dependencies.store
    let refs = try await store.refs(of: id, owner: reader.user, limit: RepositoryView.refLimit + 1)
    let history = try await store.builds(
      BuildQuery(owner: reader.user, repository: id, limit: DurationChart.limit))
    var view = RepositoryView(
      overview: found, refs: refs, builds: history.builds, address: request.http.address, now: dependencies.clock())
    // A refresh leaves out what only its owner changes.
    if request.http.query("part") != "live" {
      view.badge = try await store.badgeName(of: id, owner: reader.user)
      view.secret = try await store.webhookSecret(of: id, owner: reader.user)
    }
    return respond(Page(title: view.title, name: "repository", body: view.html), user: reader.name)
  }

  /// The path's repository, where it is the caller's.
  func ownRepository(_ request: RouteRequest) async throws -> RepositoryOverview {
    let id: RepositoryID = try request.identifier("id", of: "repository")
    guard let found = try await dependencies.store.repository(id, owner: try request.reader().user) else {
      throw Problem.notFound("There is no repository \(id).")
    }
    return found
  }

  /// Changes repositories; a 503 where the server watches none.
  func registry() throws -> any RepositoryRegistry {
    guard let registry = dependencies.repositories else {
      throw Problem(503, "This server does not watch repositories.")
    }
    return registry
  }
}
