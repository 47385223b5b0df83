internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

extension WebUI {
  /// The builds of each service, and the forms on their page.
  var serviceBuildRoutes: [Route] {
    [
      // Where a reader without scripts chooses another service.
      Route("GET", "/services/builds", access: .page) { request in
        Self.seeOther("/services/\(PercentEncoding.segment(request.http.query("service") ?? ""))/builds")
      },
      Route("GET", "/services/{name}/builds", access: .page) { request in
        try await builds(of: request) { $0.isSaved = request.http.query("config") == "saved" }
      },
      Route("POST", "/services/{name}/builds", access: .page) { request in
        let tag = RepositoryForm.trimmed(try await request.form()["tag"])
        do {
          let service = try await ownService(request)
          _ = try await builder().build(service.id, tag: tag, by: service.owner, trigger: .manual)
          return Self.seeOther("/services/\(service.name)/builds")
        } catch let refusal as ServiceRefusal {
          return try await builds(of: request, status: 422, tag: tag, reasons: Self.sentences(refusal))
        }
      },
      Route("POST", "/services/{name}/builds/config", access: .page) { request in
        let service = try await ownService(request)
        let given = Self.given(try await request.form(limit: 512 << 10))
        do {
          _ = try await builder().configure(service.id, given, by: service.owner)
          return Self.seeOther("/services/\(service.name)/builds?config=saved")
        } catch let refusal as ServiceRefusal {
          return try await builds(of: request, status: 422) { view in
            view.entered = given
            view.wrong = Self.wrong(refusal)
          }
        }
      },
      Route("POST", "/services/{name}/builds/config/test", access: .page) { request in
        let service = try await ownService(request)
        let given = Self.given(try await request.form(limit: 512 << 10))
        let test = try await builder().test(service.id, given)
        return try await builds(of: request) { view in
          view.entered = given
          view.test = test
        }
      },
    ]
  }

  private func builds(
    of request: RouteRequest, status: Int = 200, tag: String = "", reasons: [String] = [],
    _ change: (inout ServiceConfigurationView) -> Void = { _ in }
  ) async throws -> HTTPResponse {
    let reader = try request.reader()
    let service = try await ownService(request)
    let store = dependencies.store
    let cursor = request.http.query("cursor").flatMap { Int64(digits: $0) }.map(BuildID.init(rawValue:))
    let page = try await store.builds(
      BuildQuery(owner: reader.user, service: service.id, before: cursor, limit: 50))
    var configuration = ServiceConfigurationView(
      service: service.name, configuration: try await builder().configuration(of: service.id))
    change(&configuration)
    let view = ServiceBuildsView(
      service: service, services: try await store.services(owner: reader.user).map(\.name), builds: page.builds,
      next: page.next, isFirstPage: cursor == nil, configuration: configuration, tag: tag, reasons: reasons,
      now: dependencies.clock())
    return respond(
      Page(title: view.title, name: "service-builds", body: view.html), user: reader.name, status: status)
  }

  /// The path's service, where it is the reader's.
  private func ownService(_ request: RouteRequest) async throws -> ServiceRecord {
    let name = request.parameters["name"] ?? ""
    guard let service = try await dependencies.store.service(named: name, owner: request.reader().user) else {
      throw Problem.notFound("There is no service '\(name.shortened)'.")
    }
    return service
  }

  private func builder() throws -> any ServiceBuilder {
    guard let builder = dependencies.services else { throw Problem(503, "This server builds no services.") }
    return builder
  }

  /// What the form gives: a field that is left empty gives nothing.
  private static func given(_ form: [String: String]) -> [BuildConfiguration.Property: String] {
    var given: [BuildConfiguration.Property: String] = [:]
    for property in BuildConfiguration.Property.allCases {
      let text = RepositoryForm.trimmed(form[property.rawValue])
      if !text.isEmpty { given[property] = text }
    }
    return given
  }

  /// What keeps a service from being built; what is missing of the configuration is one sentence.
  private static func sentences(_ refusal: ServiceRefusal) -> [String] {
    let prefix = "/build_configuration/"
    let missing = refusal.reasons.filter { $0.isMissing && $0.pointer.hasPrefix(prefix) }
    let names = missing.map { String($0.pointer.dropFirst(prefix.count)) }.joined(separator: ", ")
    return refusal.reasons.filter { !missing.contains($0) }.map(\.detail)
      + (missing.isEmpty ? [] : ["the builds config lacks \(names)"])
  }

  private static func wrong(_ refusal: ServiceRefusal) -> [BuildConfiguration.Property: String] {
    let pairs = refusal.reasons.compactMap { reason in
      BuildConfiguration.Property(rawValue: String(reason.pointer.dropFirst())).map { ($0, reason.detail) }
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}
