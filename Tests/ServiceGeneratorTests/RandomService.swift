import ServiceModel

/// Services put together from few names, so that they often fit and often do not.
enum RandomService {
  private static let names = [
    "Web", "Rpc", "Rows", "Cache", "Files", "Fast", "All", "Auth", "Limit", "Log", "Num", "Fn",
  ]
  private static let methods = ["Get", "Set", "Add", "ById", "get_all", "Drop"]
  private static let fields = ["id", "name", "data", "count", "where_id", "ID", "_x"]
  private static let types = [
    "int64", "string", "decimal", "timestamp", "uuid", "bytes", "json", "bool", "entity.rows", "[]entity.rows",
    "[]string",
    "nothing",
  ]

  static func make(_ random: inout SeededNumbers) -> ServiceDocument {
    let components = (0..<Int.random(in: 0...6, using: &random)).map { _ in component(&random) }
    let links = (0..<Int.random(in: 0...8, using: &random)).map { _ in
      Link(from: pick(names, &random), to: pick(names, &random))
    }
    return ServiceDocument(
      name: pick(["shop", "a-b", "Go", "strings"], &random), dataSources: sources(&random), components: components,
      links: links)
  }

  private static func pick(_ choices: [String], _ random: inout SeededNumbers) -> String {
    choices.randomElement(using: &random) ?? ""
  }

  private static func maybe<Value>(
    _ random: inout SeededNumbers, _ value: (inout SeededNumbers) -> Value
  ) -> Value? {
    Int.random(in: 0..<4, using: &random) > 0 ? value(&random) : nil
  }

  private static func sources(_ random: inout SeededNumbers) -> [DataSourceDefinition] {
    let columns = (0..<Int.random(in: 0...4, using: &random)).map { _ in
      Column(
        name: pick(["id", "name", "price", "at"], &random), type: pick(Array(types.prefix(8)), &random),
        primaryKey: Bool.random(using: &random), nullable: Bool.random(using: &random),
        unique: Bool.random(using: &random), defaultValue: maybe(&random) { pick(["0", "now()", "x", "true"], &$0) })
    }
    return [
      DataSourceDefinition(name: "db", type: "postgres", tables: [Table(name: "rows", columns: columns)]),
      DataSourceDefinition(name: "mem", type: "redis"), DataSourceDefinition(name: "files", type: "s3"),
    ]
  }

  private static func component(_ random: inout SeededNumbers) -> Component {
    let kind = ComponentType.allCases.randomElement(using: &random)
    var component = Component(name: pick(names, &random), type: kind?.rawValue ?? "")
    if let needed = kind?.dataSource {
      component.dataSource = maybe(&random) { _ in
        switch needed {
        case .postgres: "db"
        case .redis: "mem"
        case .s3: "files"
        }
      }
    }
    if kind?.group == .middleware {
      component.settings = maybe(&random) { [pick(["level", "requests", "type"], &$0): .text("jwt")] }
    } else {
      component.methods = (0..<Int.random(in: 0...3, using: &random)).map { _ in method(of: kind, &random) }
    }
    return component
  }

  private static func declaration(_ random: inout SeededNumbers) -> [Field] {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in
      Field(name: pick(fields, &random), type: pick(types, &random))
    }
  }

  private static func call(_ random: inout SeededNumbers) -> String {
    pick(names, &random) + "." + pick(methods, &random)
  }

  private static func method(of kind: ComponentType?, _ random: inout SeededNumbers) -> Method {
    var method = Method(name: pick(methods, &random))
    switch kind {
    case .http, .grpc, .function:
      method.request = maybe(&random, declaration)
      method.response = maybe(&random, declaration)
      if kind == .function { method.body = maybe(&random) { pick(["", "return", "}{"], &$0) } }
      if kind == .http {
        method.http = maybe(&random) {
          HTTPRoute(verb: pick(["GET", "POST", "get"], &$0), path: pick(["/", "/{id}", "/a/{name}", "a"], &$0))
        }
      }
      if kind != .function { method.calls = maybe(&random, call) }
    case .sql: query(&method, &random)
    case .redis, .fileStorage:
      method.op = maybe(&random) { pick(["get", "set", "delete", "put", "presign"], &$0) }
      method.key = maybe(&random) { pick(["k:{id}", "{name}", "{", "k"], &$0) }
      method.params = maybe(&random, declaration)
      if kind == .redis { method.value = maybe(&random) { pick(types, &$0) } }
      method.ttl = maybe(&random) { pick(["60s", "x", "0s"], &$0) }
    case .lookAsideCache:
      method.sources = (0..<Int.random(in: 0...3, using: &random)).map { _ in call(&random) }
      method.write = maybe(&random) { [call(&$0): call(&$0)] }
    case .orchestrator:
      method.source = maybe(&random, call)
      method.requestMiddlewares = maybe(&random) { [pick(names, &$0)] }
      method.responseMiddlewares = maybe(&random) { [pick(names, &$0)] }
    default: break
    }
    return method
  }

  private static func query(_ method: inout Method, _ random: inout SeededNumbers) {
    let columns = ["id", "name", "price", "at"]
    method.query = pick(QueryKind.allCases.map(\.rawValue), &random)
    method.table = maybe(&random) { _ in "rows" }
    method.whereColumns = maybe(&random) { [pick(columns, &$0)] }
    method.setColumns = maybe(&random) { [pick(columns, &$0), pick(columns, &$0)] }
    method.multi = maybe(&random) { Bool.random(using: &$0) }
    method.returns = maybe(&random) { pick(["data", "count"], &$0) }
    guard method.query == "raw" else { return }
    method.sql = maybe(&random) { pick(["SELECT {id}", "SELECT '", "DELETE FROM rows", "{"], &$0) }
    method.params = maybe(&random, declaration)
    method.result = maybe(&random) { pick(types, &$0) }
  }
}
