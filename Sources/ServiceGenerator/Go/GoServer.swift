internal import ServiceModel

/// The package of the component of type `http`.
struct GoServer {
  let component: GoComponent
  let service: GoService
  let clients: GoClients
  let routes: [GoRoute]

  init(_ component: GoComponent, of service: GoService) {
    self.component = component
    self.service = service
    let clients = GoClients(of: component, in: service)
    self.clients = clients
    routes = component.methods.compactMap { GoRoute($0, from: clients) }
  }

  /// The files and their test.
  var files: [GeneratedFile] { [main, requests, tests].map { $0.generated(module: service.module) } }

  private var main: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package).go", package: component.package,
      comment: "Package \(component.package) is the component \(component.name): it answers HTTP requests.")
    file.use(["net/http", service.platform("httpapi")] + clients.imports)
    for interface in clients.interfaces { file.add(interface) }
    file.add(
      GoText.structure("Server", comment: "Server has the methods that HTTP requests call.", members: clients.members))
    file.add(constructor)
    file.add(handler)
    for route in routes {
      file.use("context")
      file.addTypes(of: route.method, in: service)
      if route.forwarding.usesValue { file.use(service.platform("value")) }
      file.add(route.forwarding.function(of: "Server"))
    }
    return file
  }

  private var constructor: String {
    """
    // New returns the component with those that it calls.
    \(GoText.constructor(clients.parameters, of: "Server"))
    \treturn \(GoText.literal(of: "&Server", clients.members.map { ($0.name, $0.name) }, indent: "\t"))
    }
    """
  }

  private var handler: String {
    let added = routes.map { route in
      "\trouter.Handle(\(route.verb), \(GoText.quoted(route.route.pathText)), server.handle\(route.method.goName))\n"
    }
    return """
      // Handler returns what answers HTTP requests by calls of the server's methods.
      func Handler(\(routes.isEmpty ? "_" : "server") *Server, options httpapi.Options) http.Handler {
      \trouter := httpapi.NewRouter(options)
      \(added.joined())\treturn router
      }
      """
  }

  /// What reads requests.
  private var requests: GoFile {
    var file = GoFile(path: "internal/\(component.package)/requests.go", package: component.package)
    for route in routes {
      file.use(["context", service.platform("httpapi")])
      file.add(route.handler)
    }
    return file
  }
}

/// A method of the component of type `http`.
struct GoRoute {
  let method: GoMethod
  let route: ResolvedRoute
  let forwarding: GoForwarding

  init?(_ method: GoMethod, from clients: GoClients) {
    guard case .http(let route, let reference) = method.resolved.action, let call = GoCall(reference, from: clients)
    else { return nil }
    self.method = method
    self.route = route
    forwarding = GoForwarding(method: method, call: call)
  }

  /// The verb as a constant of `net/http`.
  var verb: String { "http.Method" + route.verb.prefix(1) + route.verb.dropFirst().lowercased() }

  /// What reads a request, calls the method, and gives what becomes the answer.
  var handler: String {
    """
    // handle\(method.goName) answers \(route.verb) \(route.pathText).
    func (c *Server) handle\(method.goName)(ctx context.Context, r *httpapi.Request) (any, error) {
    \tvar request \(method.requestType)
    \(statements.map { "\t\($0)\n" }.joined())\tif err := r.Err(); err != nil {
    \t\treturn nil, err
    \t}
    \treturn c.\(method.goName)(ctx, request)
    }
    """
  }

  /// Where a field comes from.
  func place(of field: GoField) -> FieldLocation.Place {
    route.locations.first { $0.field == field.name }?.place ?? .body
  }

  private var statements: [String] {
    method.request.map { field in
      let arguments = "\(GoText.quoted(field.name)), &request.\(field.goName)"
      switch (place(of: field), field.isNullable) {
      case (.path, false): return "r.Path(\(arguments))"
      case (.path, true): return "httpapi.OptionalPath(r, \(arguments))"
      case (.query, false): return "r.Query(\(arguments))"
      case (.query, true): return "httpapi.OptionalQuery(r, \(arguments))"
      case (.body, false): return "r.Body(\(arguments))"
      case (.body, true): return "r.OptionalBody(\(arguments))"
      }
    }
  }
}
