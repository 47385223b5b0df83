internal import Documents
internal import YAML

extension ServiceReader {
  private static let fieldKeys = KeySet(of: "a field", known: ["name", "type"])
  private static let routeKeys = KeySet(of: "'http'", known: ["verb", "path", "from"])

  mutating func method(_ place: Place, of kind: ComponentType?) -> Method {
    let known = kind?.methodKeys ?? Self.allKeys
    let keys = KeySet(of: kind.map { "a method of type \($0.rawValue)" } ?? "a method", known: known)
    guard let fields = fields(of: place.without(emptyOf: Self.allKeys, but: known), keys) else {
      return Method(name: "")
    }
    var method = Method(name: optionalText(fields["name"]) ?? "")
    readCalls(from: fields, into: &method, of: kind)
    readQuery(from: fields, into: &method)
    method.op = optionalText(fields["op"])
    method.key = optionalText(fields["key"])
    method.value = optionalText(fields["value"])
    method.ttl = optionalText(fields["ttl"])
    return method
  }

  private mutating func readCalls(from fields: Fields, into method: inout Method, of kind: ComponentType?) {
    let isWrapped = kind == .orchestrator
    if isWrapped || namesMiddlewares(fields["request"], of: kind) {
      method.requestMiddlewares = texts(fields["request"], of: "names of middlewares")
    } else {
      method.request = declaration(fields["request"])
    }
    if isWrapped || namesMiddlewares(fields["response"], of: kind) {
      method.responseMiddlewares = texts(fields["response"], of: "names of middlewares")
    } else {
      method.response = declaration(fields["response"])
    }
    method.calls = optionalText(fields["calls"])
    method.http = fields["http"].flatMap { route($0) }
    method.sources = texts(fields["sources"], of: "sources, each as Component.Method")
    method.write = textsByKey(fields["write"], "a mapping of sources to the methods that write to them")
    method.source = optionalText(fields["source"])
    method.body = optionalText(fields["body"])
  }

  private mutating func readQuery(from fields: Fields, into method: inout Method) {
    method.query = optionalText(fields["query"])
    method.table = optionalText(fields["table"])
    method.whereColumns = texts(fields["where"], of: "columns")
    method.setColumns = texts(fields["set"], of: "columns")
    method.multi = flag(fields["multi"])
    method.returns = optionalText(fields["returns"])
    method.sql = optionalText(fields["sql"])
    method.params = declaration(fields["params"])
    method.result = optionalText(fields["result"])
  }

  /// Where the type of a component is unknown, the list itself has to say what it is of.
  private func namesMiddlewares(_ place: Place?, of kind: ComponentType?) -> Bool {
    kind == nil && place?.node.items?.first?.scalar != nil
  }

  private mutating func declaration(_ place: Place?) -> [Field]? {
    guard let place else { return nil }
    return items(place, of: "fields", limit: 1000).map { item in
      guard let fields = fields(of: item, Self.fieldKeys) else { return Field(name: "", type: "") }
      return Field(name: optionalText(fields["name"]) ?? "", type: optionalText(fields["type"]) ?? "")
    }
  }

  private mutating func route(_ place: Place) -> HTTPRoute? {
    guard let fields = fields(of: place, Self.routeKeys) else { return nil }
    return HTTPRoute(
      verb: optionalText(fields["verb"]) ?? "", path: optionalText(fields["path"]) ?? "",
      from: textsByKey(fields["from"], "a mapping of fields to path, query or body"))
  }

  /// The keys of all methods, each once.
  private static let allKeys: [String] = {
    var seen: Set<String> = []
    return ComponentType.allCases.flatMap(\.methodKeys).filter { seen.insert($0).inserted }
  }()
}

extension ComponentType {
  /// The keys of the methods of such a component.
  var methodKeys: [String] {
    switch self {
    case .http: ["name", "request", "response", "calls", "http"]
    case .grpc: ["name", "request", "response", "calls"]
    case .sql: ["name", "query", "table", "where", "set", "multi", "returns", "sql", "params", "result"]
    case .redis: ["name", "op", "key", "params", "value", "ttl"]
    case .fileStorage: ["name", "op", "key", "params", "ttl"]
    case .lookAsideCache: ["name", "sources", "write"]
    case .orchestrator: ["name", "source", "request", "response"]
    case .function: ["name", "request", "response", "body"]
    case .logging, .monitoring, .rateLimit, .auth: ["name"]
    }
  }
}
