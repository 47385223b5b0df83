internal import Documents

extension ServiceCheck {
  mutating func lookAside(_ method: Method, of component: Component) -> ResolvedMethod? {
    let texts = method.sources ?? []
    if texts.isEmpty {
      report(
        .unlinkedCall, component.name, method.name, field: "sources",
        "the method asks nothing; name what it asks in order, as [Cache.Get, Products.ById]")
    }
    let calls = texts.map { call($0, by: method, of: component, field: "sources") }
    checkWrite(method, of: component)
    guard let last = calls.last.flatMap({ $0 }), let signature = methods.signature(last) else { return nil }
    var sources: [LookAsideSource] = []
    for case let source? in calls.dropLast() {
      checkSource(source, before: last, signature, method, component)
      let write = writer(of: source, in: method, component)
      if let write {
        require(
          signature.request + signature.response, for: write, by: method, of: component,
          among: "what \(last) takes and gives")
      }
      sources.append(LookAsideSource(method: source, write: write))
    }
    sources.append(LookAsideSource(method: last, write: nil))
    return resolved(method, signature, .lookAside(sources))
  }

  /// What an earlier source takes must be known, and what it gives must be what the last one gives.
  private mutating func checkSource(
    _ source: MethodReference, before last: MethodReference, _ signature: MethodDraft.Signature, _ method: Method,
    _ component: Component
  ) {
    require(signature.request, for: source, by: method, of: component, among: "what \(last) takes")
    guard let own = methods.signature(source) else { return }
    for field in signature.response {
      let given = own.response.first { $0.name == field.name }?.type
      if given == field.type { continue }
      let gives = given.map { "as \($0)" } ?? "not at all"
      report(
        .typeMismatch, component.name, method.name, field: field.name,
        "\(last) gives \(field.name) as \(field.type), and \(source) \(gives)")
    }
  }

  private mutating func checkWrite(_ method: Method, of component: Component) {
    let asked = (method.sources ?? []).dropLast()
    for (source, _) in (method.write ?? [:]).sorted(by: { $0.key < $1.key }) where !asked.contains(source) {
      report(
        .unknownMethod, component.name, method.name, field: "write",
        "\(quoted(source)) is no source before the last one" + NameHints.suffix(source, in: Array(asked)))
    }
  }

  /// What writes to a source: what the method says; where it says nothing, the one method of the same component that
  /// sets the same key.
  private mutating func writer(
    of source: MethodReference, in method: Method, _ component: Component
  ) -> MethodReference? {
    if let write = method.write {
      return write[source.description].flatMap { call($0, by: method, of: component, field: "write") }
    }
    guard let cache = methods.component(source.component), cache.kind == .redis,
      let read = cache.method(source.method), read.op == "get"
    else { return nil }
    let setters = cache.methods.filter { $0.op == "set" && $0.key == read.key && $0.value == read.value }
    guard setters.count == 1, let setter = setters.first else { return nil }
    return MethodReference(component: cache.name, method: setter.name)
  }

  mutating func orchestration(_ method: Method, of component: Component) -> ResolvedMethod? {
    let source = call(method.source, by: method, of: component, field: "source")
    let request = middlewares(method.requestMiddlewares ?? [], "request", method, component)
    let response = middlewares(method.responseMiddlewares ?? [], "response", method, component)
    guard let source, let signature = methods.signature(source) else { return nil }
    return resolved(method, signature, .orchestration(source: source, request: request, response: response))
  }

  private mutating func middlewares(
    _ names: [String], _ property: String, _ method: Method, _ component: Component
  ) -> [String] {
    var seen: Set<String> = []
    for name in names {
      if !seen.insert(name).inserted {
        report(.duplicateName, component.name, method.name, field: property, "\(quoted(name)) is there twice")
      }
      guard let found = methods.component(name) else {
        let known = document.components.filter { $0.kind?.group == .middleware }.map(\.name)
        report(
          .unknownMethod, component.name, method.name, field: property,
          "there is no component \(quoted(name))" + NameHints.suffix(name, in: known))
        continue
      }
      guard let kind = found.kind else { continue }
      if kind.group != .middleware {
        report(
          .typeMismatch, component.name, method.name, field: property,
          "\(name) is of type \(kind.rawValue), which is no middleware")
      } else if property == "response", kind == .auth || kind == .rateLimit {
        report(
          .typeMismatch, component.name, method.name, field: property,
          "\(name) refuses requests, and has nothing to do with responses; move it to 'request'")
      }
    }
    return names
  }
}
