internal import ServiceModel

/// A service with the names that its Go code has. All Go is generated of it.
struct GoService {
  let resolved: ResolvedService
  /// The path of the Go module.
  let module: String
  /// The components, those that are called before those that call.
  let components: [GoComponent]
  let tables: [GoTable]

  init(_ resolved: ResolvedService, module: String) {
    self.resolved = resolved
    self.module = module
    var packages = GoScope()
    components = resolved.startOrder.map { GoComponent($0, in: resolved, packages: &packages) }
    var files = GoScope()
    tables = resolved.tables.map { GoTable($0, files: &files) }
  }

  /// The component of a name.
  func component(_ name: String) -> GoComponent? { components.first { $0.name == name } }

  /// The one component of a network type.
  func network(_ kind: ComponentType) -> GoComponent? { components.first { $0.kind == kind } }

  /// The table of a name.
  func table(_ name: String) -> GoTable? { tables.first { $0.name == name } }

  /// The path of a component's package.
  func path(of component: GoComponent) -> String { module + "/internal/" + component.package }

  /// The path of a package that all services share.
  func platform(_ name: String) -> String { module + "/internal/platform/" + name }

  /// True where another component calls it.
  func isCalled(_ component: GoComponent) -> Bool {
    components.contains { $0.resolved.dependencies.contains(component.name) }
  }
}

/// A component as a Go package.
struct GoComponent {
  let resolved: ResolvedComponent
  /// Not exported: the field for it in those that call it.
  let lower: String
  /// What the interface of those that call it, and the variable for it in `main`, begin with. May be a keyword.
  let base: String
  /// The variable for what stands in for it in tests.
  let fake: String
  /// The name of its package, and of its folder below `internal`.
  let package: String
  let methods: [GoMethod]
  /// Whom it calls, in the order of its dependencies, and which of their methods; middlewares are not among them.
  let callees: [(component: String, methods: [String])]

  fileprivate init(_ resolved: ResolvedComponent, in service: ResolvedService, packages: inout GoScope) {
    self.resolved = resolved
    base = GoName.unexported(resolved.name)
    fake = "fake" + GoName.exported(resolved.name)
    lower = GoName.reserved.contains(base) ? base + resolved.kind.goTypeName : base
    let package = GoName.package(resolved.name)
    self.package = packages.take(
      GoName.reserved.contains(package) ? package + resolved.kind.goTypeName.lowercased() : package)
    methods = resolved.methods.map(GoMethod.init)
    callees = Self.callees(of: resolved, in: service)
  }

  var name: String { resolved.name }
  var kind: ComponentType { resolved.kind }

  /// The variable for it in `main`. It has a capital, which no package has.
  var variable: String { base + kind.goTypeName }

  /// The method of a name.
  func method(_ name: String) -> GoMethod? { methods.first { $0.name == name } }

  private static func callees(
    of component: ResolvedComponent, in service: ResolvedService
  ) -> [(component: String, methods: [String])] {
    let calls = Set(component.methods.flatMap(\.action.calls))
    return component.dependencies.compactMap { name in
      guard let called = service.component(name), called.middleware == nil else { return nil }
      let methods = called.methods.map(\.name).filter {
        component.kind == .function || calls.contains(MethodReference(component: name, method: $0))
      }
      return methods.isEmpty ? nil : (name, methods)
    }
  }
}

extension ComponentType {
  /// The name of a component's type in its package.
  var goTypeName: String {
    switch self {
    case .http, .grpc: "Server"
    case .sql, .redis, .fileStorage: "Store"
    case .lookAsideCache: "Cache"
    case .orchestrator: "Orchestrator"
    case .logging, .monitoring, .rateLimit, .auth: "Middleware"
    case .function: "Logic"
    }
  }
}

extension MethodAction {
  /// The methods that it calls.
  var calls: [MethodReference] {
    switch self {
    case .http(_, let call), .grpc(let call): [call]
    case .lookAside(let sources): sources.flatMap { [$0.method] + ($0.write.map { [$0] } ?? []) }
    case .orchestration(let source, _, _): [source]
    case .sql, .redis, .file, .function: []
    }
  }
}

/// A method of a component.
struct GoMethod {
  let resolved: ResolvedMethod
  /// Exported.
  let goName: String
  /// Not exported, to be appended to.
  let lower: String
  let request: [GoField]
  let response: [GoField]

  init(_ resolved: ResolvedMethod) {
    self.resolved = resolved
    goName = GoName.exported(resolved.name)
    lower = GoName.unexported(resolved.name)
    request = resolved.request.map(GoField.init)
    response = resolved.response.map(GoField.init)
  }

  /// As in the service.
  var name: String { resolved.name }
  /// The name of the type of its requests.
  var requestType: String { goName + "Request" }
  /// The name of the type of its responses.
  var responseType: String { goName + "Response" }
}

/// A field of a request, response or row.
struct GoField {
  /// As in the service, and in JSON.
  let name: String
  /// Exported.
  let goName: String
  let type: FieldType
  /// True where it is a pointer, and NULL is nil.
  let isNullable: Bool

  init(_ name: String, _ type: FieldType, isNullable: Bool) {
    self.name = name
    goName = GoName.exported(name)
    self.type = type
    self.isNullable = isNullable
  }

  init(_ resolved: ResolvedField) { self.init(resolved.name, resolved.type, isNullable: resolved.isNullable) }
}

/// A table with the type of its rows.
struct GoTable {
  let resolved: ResolvedTable
  /// The type in `entity`.
  let goName: String
  /// What functions about it begin with.
  let lower: String
  /// The file in `entity`, without its ending.
  let file: String
  let columns: [GoField]

  fileprivate init(_ resolved: ResolvedTable, files: inout GoScope) {
    self.resolved = resolved
    goName = GoName.exported(resolved.name)
    lower = GoName.unexported(resolved.name)
    file = files.take(GoName.package(resolved.name))
    columns = resolved.columns.map { GoField($0.name, .scalar($0.type), isNullable: $0.isNullable) }
  }

  var name: String { resolved.name }
}
