internal import ServiceModel

/// What a service answers over gRPC, as a file of protocol buffers.
struct ProtoFile {
  /// The path below the root of the repository, from which the compiler is run.
  let path: String
  /// The package of the names in it.
  let package: String
  /// The path of the Go package.
  let goPackage: String
  /// The name of the gRPC service: that of the component.
  let service: String
  let methods: [ProtoMethod]
  let messages: [ProtoMessage]

  /// nil where the service answers nothing over gRPC.
  init?(_ resolved: ResolvedService, module: String) {
    guard let component = resolved.network(.grpc) else { return nil }
    path = "api/\(resolved.name).proto"
    package = String(resolved.name.map { $0 == "-" ? "_" : $0 })
    goPackage = module + "/api"
    service = component.name
    var names = ProtoScope(service: component.name)
    let pairs = component.methods.map { method in
      let name = ProtoName.camelCase(method.name)
      return (method, names.take(name + "Request"), names.take(name + "Response"))
    }
    let tables = Self.tables(of: component, in: resolved)
    let entities = Dictionary(
      tables.map { ($0.name, names.take(ProtoName.camelCase($0.name))) }, uniquingKeysWith: { first, _ in first })
    methods = pairs.map { method, request, response in
      ProtoMethod(name: method.name, request: request, response: response, comment: Self.comment(method))
    }
    let calls = pairs.flatMap { method, request, response in
      [
        ProtoMessage(request, "is what \(method.name) takes", method.request.map(GoField.init), entities),
        ProtoMessage(response, "is what \(method.name) gives", method.response.map(GoField.init), entities),
      ]
    }
    messages =
      calls
      + tables.map { table in
        let fields = table.columns.map { GoField($0.name, .scalar($0.type), isNullable: $0.isNullable) }
        return ProtoMessage(entities[table.name] ?? "", "is a row of the table \(table.name)", fields, entities)
      }
  }

  private static func comment(_ method: ResolvedMethod) -> String {
    if case .grpc(let call) = method.action { "\(method.name) calls \(call)." } else { method.name }
  }

  /// The tables whose rows are asked for or given, in the order of the document.
  private static func tables(of component: ResolvedComponent, in service: ResolvedService) -> [ResolvedTable] {
    let named = Set(component.methods.flatMap { $0.request + $0.response }.compactMap(\.type.table))
    return service.tables.filter { named.contains($0.name) }
  }

  /// The message of this name.
  func message(_ name: String) -> ProtoMessage? { messages.first { $0.name == name } }

  /// The method of this name.
  func method(_ name: String) -> ProtoMethod? { methods.first { $0.name == name } }

  /// True where a field is a timestamp.
  var usesTimestamp: Bool { messages.contains { $0.fields.contains { $0.kind == .timestamp } } }
}

/// A method of a gRPC service.
struct ProtoMethod {
  var name: String
  var request: String
  var response: String
  var comment: String

  var goName: String { ProtoName.camelCase(name) }
}

/// Names of messages and of what Go makes of them, so that none is given twice.
struct ProtoScope {
  private var taken: Set<String>

  init(service: String) {
    let name = ProtoName.camelCase(service)
    let made = [
      service, name, "\(name)Client", "\(name)Server", "Unimplemented\(name)Server", "Unsafe\(name)Server",
      "New\(name)Client", "Register\(name)Server",
    ]
    taken = Set(made.map { $0.lowercased() })
  }

  mutating func take(_ name: String) -> String {
    var free = name
    while !taken.insert(free.lowercased()).inserted { free += "Message" }
    return free
  }
}
