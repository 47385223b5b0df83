internal import Documents

extension ServiceCheck {
  /// Checks the component at `index`, and what it means as far as it is right.
  mutating func checkComponent(_ index: Int) -> ResolvedComponent {
    let component = document.components[index]
    checkName(of: component)
    checkType(of: component)
    checkDataSource(of: component)
    let settings = SettingsReading(component)
    for problem in settings.problems {
      report(.typeMismatch, component.name, field: problem.field, problem.detail)
    }
    let known = methods(of: component, index)
    return ResolvedComponent(
      name: component.name, kind: component.kind ?? .function, dataSource: component.dataSource,
      middleware: settings.middleware, dependencies: dependencies(of: component, known), methods: known)
  }

  private mutating func checkName(of component: Component) {
    let name = component.name
    if let refusal = IdentifierRules.refusal(name, mayBeginWithUnderscore: false) {
      report(.invalidName, name, "\(quoted(name)) cannot be the name of a component: \(refusal)")
    } else if IdentifierRules.isReserved(component: name) {
      report(.reservedWord, name, "\(quoted(name)) means something else to Go; choose another name for the component")
    }
    if !componentKeys.insert(IdentifierRules.key(name)).inserted {
      report(.duplicateName, name, "a component is called \(quoted(name)) already, apart from case and '_'")
    }
  }

  private mutating func checkType(of component: Component) {
    guard let kind = component.kind else {
      let types = ComponentType.allCases.map(\.rawValue)
      let hint = NameHints.nearest(to: component.type, in: types).map { "did you mean '\($0)'?" }
      report(
        .unknownType, component.name,
        "\(quoted(component.type)) is no type of component; \(hint ?? "there are \(types.joined(separator: ", "))")")
      return
    }
    guard kind.group == .network else { return }
    guard let first = networks[kind] else {
      networks[kind] = component.name
      return
    }
    report(
      .duplicateNetworkComponent, component.name, "\(first) is the \(kind.rawValue) component already; remove one")
  }

  private mutating func checkDataSource(of component: Component) {
    guard let needed = component.kind?.dataSource else { return }
    guard let name = component.dataSource, !name.isEmpty else {
      report(
        .missingDataSource, component.name, field: "data_source",
        "a component of type \(component.type) needs a data source of type \(needed.rawValue)")
      return
    }
    guard let source = document.dataSource(name) else {
      let known = document.dataSources.lazy.map(\.name)
      report(
        .unknownDataSource, component.name, field: "data_source",
        "there is no saved data source \(quoted(name))" + NameHints.suffix(name, in: known))
      return
    }
    if let kind = source.kind, kind != needed {
      report(
        .typeMismatch, component.name, field: "data_source",
        "\(name) is \(kind.rawValue), and a component of type \(component.type) needs \(needed.rawValue)")
    }
  }

  private mutating func methods(of component: Component, _ index: Int) -> [ResolvedMethod] {
    if component.kind?.group == .middleware { return [] }
    var keys: Set<String> = []
    var routes: Set<String> = []
    return component.methods.enumerated().compactMap { number, method in
      checkName(of: method, in: component, isFirst: keys.insert(IdentifierRules.key(method.name)).inserted)
      let draft = methods.draft(component: index, method: number)
      for problem in draft.problems {
        report(problem.code, component.name, method.name, field: problem.field, problem.detail)
      }
      let resolved = resolve(method, of: component, draft)
      if case .http(let route, _) = resolved?.action, !routes.insert(route.shape).inserted {
        report(
          .invalidPath, component.name, method.name, field: "http.path",
          "another method answers \(route.verb) \(route.pathText) already")
      }
      return resolved
    }
  }

  private mutating func checkName(of method: Method, in component: Component, isFirst: Bool) {
    let name = method.name
    if let refusal = IdentifierRules.refusal(name, mayBeginWithUnderscore: false) {
      report(.invalidName, component.name, name, "\(quoted(name)) cannot be the name of a method: \(refusal)")
    } else if IdentifierRules.isReserved(method: name) {
      report(.reservedWord, component.name, name, "\(quoted(name)) means something else to Go; choose another name")
    }
    if !isFirst {
      report(
        .duplicateName, component.name, name, "a method is called \(quoted(name)) already, apart from case and '_'")
    }
  }

  private func dependencies(of component: Component, _ known: [ResolvedMethod]) -> [String] {
    var needed: Set<String> = []
    if component.kind == .function {
      let linked = document.links.filter { $0.from == component.name }.map(\.to)
      needed = Set(linked.filter { methods.component($0)?.kind?.canBeCalled ?? false })
    }
    for method in known { needed.formUnion(method.action.components) }
    return needed.compactMap { methods.index(of: $0) }.sorted().map { document.components[$0].name }
  }
}

extension ResolvedRoute {
  /// The same for routes that the same requests fit.
  fileprivate var shape: String {
    let parts = path.map { part in
      if case .text(let text) = part { text } else { "{}" }
    }
    return "\(verb) /\(parts.joined(separator: "/"))"
  }
}

extension ComponentType {
  /// True where other components may call it.
  var canBeCalled: Bool { group != .network && group != .middleware }
}

extension MethodAction {
  /// The components that it needs, some perhaps twice.
  fileprivate var components: [String] {
    switch self {
    case .http(_, let call), .grpc(let call): [call.component]
    case .sql, .redis, .file, .function: []
    case .lookAside(let sources): sources.flatMap { [$0.method.component] + ($0.write.map { [$0.component] } ?? []) }
    case .orchestration(let source, let request, let response): [source.component] + request + response
    }
  }
}
