internal import ServiceModel

/// How a component calls others: by interfaces of its own that have just what it calls, so that tests can stand in.
struct GoClients {
  /// Someone who is called.
  struct Client {
    let component: GoComponent
    let methods: [GoMethod]

    /// The interface.
    var interface: String { component.base + "Client" }
    /// The stand-in of tests.
    var stub: String { component.base + "Stub" }
  }

  let service: GoService
  let clients: [Client]

  init(of component: GoComponent, in service: GoService) {
    self.service = service
    clients = component.callees.compactMap { callee in
      service.component(callee.component).map { component in
        Client(component: component, methods: callee.methods.compactMap(component.method))
      }
    }
  }

  /// The client of a component.
  func client(_ component: String) -> Client? { clients.first { $0.component.name == component } }

  /// The packages of those who are called.
  var imports: [String] { clients.map { service.path(of: $0.component) } }

  /// The interfaces.
  var interfaces: [String] {
    clients.map { client in
      let methods = client.methods.map { "\t\(Self.signature($0, of: client, context: "ctx", request: "request"))\n" }
      return """
        // \(client.interface) is what is called of the component \(client.component.name).
        type \(client.interface) interface {
        \(methods.joined())}
        """
    }
  }

  /// The name, parameters and results of a method.
  static func signature(_ method: GoMethod, of client: Client, context: String, request: String) -> String {
    let package = client.component.package
    return "\(method.goName)(\(context) context.Context, \(request) \(package).\(method.requestType))"
      + " (\(package).\(method.responseType), error)"
  }

  /// The fields of the component's type.
  var members: [GoText.Member] { clients.map { .init($0.component.lower, $0.interface) } }

  /// The parameters of `New`.
  var parameters: [String] { clients.map { "\($0.component.lower) \($0.interface)" } }

  /// What is given for them in `main`.
  var variables: [String] { clients.map(\.component.variable) }
}
