internal import HTTPServer
internal import Model
internal import Routing
internal import Store

extension WebUI {
  /// The list of services, the editor of each, and the profile that counts their builds.
  var serviceRoutes: [Route] {
    [
      Route("GET", "/services", access: .page) { request in
        let reader = try request.reader()
        let store = dependencies.store
        let now = dependencies.clock()
        let view = ServiceListView(
          services: try await store.services(owner: reader.user),
          builds: try await store.serviceBuildCounts(owner: reader.user, at: now), now: now)
        return respond(Page(title: view.title, name: "services", body: view.html), user: reader.name)
      },
      Route("GET", "/services/{name}", access: .page) { request in
        Self.seeOther("/services/" + PercentEncoding.segment(request.parameters["name"] ?? "") + "/edit")
      },
      Route("GET", "/services/{name}/edit", access: .page) { request in
        let reader = try request.reader()
        let name = request.parameters["name"] ?? ""
        guard let service = try await dependencies.store.service(named: name, owner: reader.user) else {
          throw Problem.notFound("There is no service '\(name.shortened)'.")
        }
        let view = EditorView(service: service)
        return respond(
          Page(title: view.title, name: "editor", keys: EditorView.keys, body: view.html), user: reader.name)
      },
      Route("GET", "/profile", access: .page) { request in
        let reader = try request.reader()
        let view = ProfileView(
          name: reader.name, services: try await dependencies.store.services(owner: reader.user),
          builds: try await dependencies.store.serviceBuildCounts(owner: reader.user, at: dependencies.clock()))
        return respond(Page(title: view.title, body: view.html), user: reader.name)
      },
    ]
  }
}
