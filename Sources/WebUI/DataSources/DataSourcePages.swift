internal import HTTPServer
internal import Routing
internal import Store

extension WebUI {
  /// The list of data sources, and the page of each.
  var dataSourceRoutes: [Route] {
    [
      Route("GET", "/data-sources", access: .page) { request in
        let reader = try request.reader()
        let view = DataSourceListView(
          sources: try await dependencies.store.dataSources(owner: reader.user), now: dependencies.clock())
        return respond(Page(title: view.title, name: "services", body: view.html), user: reader.name)
      },
      Route("GET", "/data-sources/{name}", access: .page) { request in
        let reader = try request.reader()
        let name = request.parameters["name"] ?? ""
        guard let source = try await dependencies.store.dataSource(named: name, owner: reader.user) else {
          throw Problem.notFound("There is no data source '\(name.shortened)'.")
        }
        let view = DataSourceView(source: source)
        return respond(Page(title: view.title, name: "data-source", body: view.html), user: reader.name)
      },
    ]
  }
}
