internal import ServiceModel

/// The package of a component of type `orchestrator`.
struct GoOrchestrator {
  let component: GoComponent
  let service: GoService
  let clients: GoClients

  init(_ component: GoComponent, of service: GoService) {
    self.component = component
    self.service = service
    clients = GoClients(of: component, in: service)
  }

  /// The file and its test.
  var files: [GeneratedFile] { [main, tests].map { $0.generated(module: service.module) } }

  /// The middlewares of a component, in the order of its dependencies.
  static func middlewares(of component: GoComponent, in service: GoService) -> [GoComponent] {
    let used = Set(
      component.methods.flatMap { requests(of: $0, in: service) + responses(of: $0, in: service) }.map(\.name))
    return component.resolved.dependencies.filter(used.contains).compactMap(service.component)
  }

  /// The middlewares before a method's source.
  static func requests(of method: GoMethod, in service: GoService) -> [GoComponent] {
    guard case .orchestration(_, let names, _) = method.resolved.action else { return [] }
    return names.compactMap(service.component).filter { $0.resolved.middleware != nil }
  }

  /// The middlewares after a method's source. Those that do nothing but refuse have nothing to do there.
  static func responses(of method: GoMethod, in service: GoService) -> [GoComponent] {
    guard case .orchestration(_, _, let names) = method.resolved.action else { return [] }
    return names.compactMap(service.component).filter { $0.kind == .logging || $0.kind == .monitoring }
  }

  var middlewares: [GoComponent] { Self.middlewares(of: component, in: service) }

  private var main: GoFile {
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package).go", package: component.package,
      comment: "Package \(component.package) is the component \(component.name): it puts middlewares around calls.")
    file.use(clients.imports)
    if !middlewares.isEmpty { file.use(service.platform("middleware")) }
    for interface in clients.interfaces { file.add(interface) }
    let members = clients.members + middlewares.map { .init($0.lower, type(of: $0)) }
    file.add(
      GoText.structure("Orchestrator", comment: "Orchestrator puts middlewares around calls.", members: members))
    let parameters = clients.parameters + middlewares.map { "\($0.lower) \(type(of: $0))" }
    file.add(
      """
      // New returns the component with those that it calls, and its middlewares.
      \(GoText.constructor(parameters, of: "Orchestrator"))
      \treturn \(GoText.literal(of: "&Orchestrator", members.map { ($0.name, $0.name) }, indent: "\t"))
      }
      """)
    for method in component.methods {
      guard case .orchestration(let source, _, _) = method.resolved.action, let call = GoCall(source, from: clients)
      else { continue }
      let forwarding = GoForwarding(method: method, call: call)
      file.use("context")
      if forwarding.usesValue { file.use(service.platform("value")) }
      file.addTypes(of: method, in: service)
      file.add(function(forwarding))
    }
    return file
  }

  /// What is asked of a middleware.
  private func type(of middleware: GoComponent) -> String {
    let isBefore = component.methods.contains {
      Self.requests(of: $0, in: service).contains { $0.name == middleware.name }
    }
    let isAfter = component.methods.contains {
      Self.responses(of: $0, in: service).contains { $0.name == middleware.name }
    }
    return "middleware." + (isBefore && isAfter ? "Both" : isAfter ? "Response" : "Request")
  }

  private func function(_ forwarding: GoForwarding) -> String {
    let method = forwarding.method
    let before = Self.requests(of: method, in: service)
    let after = Self.responses(of: method, in: service)
    guard !(before + after).isEmpty else { return forwarding.function(of: "Orchestrator") }
    let taking = forwarding.answer == "_" ? "" : "\t\tresponse = \(forwarding.response)\n"
    return """
      // \(method.goName) calls \(forwarding.call.component.name).\(forwarding.call.method.name) \(meaning(before, after)).
      func (c *Orchestrator) \(method.goName)(ctx context.Context, \(forwarding.parameter) \(method.requestType)) (\(method.responseType), error) {
      \tvar response \(method.responseType)
      \tbefore := \(list("Request", before))
      \tafter := \(list("Response", after))
      \terr := middleware.Run(ctx, "\(component.name)", "\(method.name)", before, after, func(ctx context.Context) error {
      \t\t\(forwarding.answer), err := \(forwarding.expression)
      \(taking)\t\treturn err
      \t})
      \treturn response, err
      }
      """
  }

  private func meaning(_ before: [GoComponent], _ after: [GoComponent]) -> String {
    let parts = [
      before.isEmpty ? nil : "after \(before.map(\.name).joined(separator: ", "))",
      after.isEmpty ? nil : "before \(after.map(\.name).joined(separator: ", "))",
    ]
    return parts.compactMap { $0 }.joined(separator: " and ")
  }

  private func list(_ type: String, _ middlewares: [GoComponent]) -> String {
    middlewares.isEmpty
      ? "[]middleware.\(type)(nil)"
      : "[]middleware.\(type){\(middlewares.map { "c." + $0.lower }.joined(separator: ", "))}"
  }
}
