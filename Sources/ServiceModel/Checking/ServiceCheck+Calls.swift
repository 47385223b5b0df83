internal import Documents

extension ServiceCheck {
  /// What a method means; nil where something is wrong with it.
  mutating func resolve(_ method: Method, of component: Component, _ draft: MethodDraft) -> ResolvedMethod? {
    switch component.kind {
    case .http, .grpc: return network(method, of: component, draft.signature)
    case .lookAsideCache: return lookAside(method, of: component)
    case .orchestrator: return orchestration(method, of: component)
    case .function:
      guard let signature = draft.signature else { return nil }
      return resolved(method, signature, .function(body: method.body ?? ""))
    default:
      guard let signature = draft.signature, let action = draft.action else { return nil }
      return resolved(method, signature, action)
    }
  }

  func resolved(
    _ method: Method, _ signature: MethodDraft.Signature, _ action: MethodAction
  ) -> ResolvedMethod {
    ResolvedMethod(
      name: method.name, request: signature.request, response: signature.response, canMiss: signature.canMiss,
      action: action)
  }

  /// Finds what is called. Reports what is wrong with the call as the property `field` of the method.
  mutating func call(
    _ text: String?, by method: Method, of component: Component, field: String
  ) -> MethodReference? {
    guard let text, !text.isEmpty else {
      report(
        .unlinkedCall, component.name, method.name, field: field,
        "the method calls nothing; name a component and a method, as Products.ById")
      return nil
    }
    guard let reference = MethodReference(text) else {
      report(
        .unknownMethod, component.name, method.name, field: field,
        "\(quoted(text)) is no method; write the component and the method, as Products.ById")
      return nil
    }
    guard let target = methods.component(reference.component) else {
      let hint = NameHints.suffix(reference.component, in: document.components.lazy.map(\.name))
      report(
        .unknownMethod, component.name, method.name, field: field,
        "there is no component \(quoted(reference.component))\(hint)")
      return nil
    }
    return check(reference, target, by: method, of: component, field: field) ? reference : nil
  }

  private mutating func check(
    _ reference: MethodReference, _ target: Component, by method: Method, of component: Component, field: String
  ) -> Bool {
    let before = problems.count
    if !methods.isLinked(component.name, to: target.name) {
      report(
        .unlinkedCall, component.name, method.name, field: field,
        "\(component.name) calls \(reference), but no link leads from \(component.name) to \(target.name)")
    }
    if let kind = target.kind, !kind.canBeCalled {
      report(
        .typeMismatch, component.name, method.name, field: field,
        "\(target.name) is of type \(kind.rawValue), which cannot be called")
    } else if !methods.has(reference) {
      let hint = NameHints.suffix(reference.method, in: target.methods.lazy.map(\.name))
      report(
        .unknownMethod, component.name, method.name, field: field,
        "\(target.name) has no method \(quoted(reference.method))\(hint)")
    }
    return problems.count == before
  }

  /// Reports the fields that `callee` takes and that are not among `given`, or of another type.
  mutating func require(
    _ given: [ResolvedField], for callee: MethodReference, by method: Method, of component: Component,
    among what: String
  ) {
    for field in methods.signature(callee)?.request ?? [] {
      guard let found = given.first(where: { $0.name == field.name }) else {
        let hint = NameHints.suffix(field.name, in: given.map(\.name))
        report(
          .typeMismatch, component.name, method.name, field: field.name,
          "\(callee) takes \(field.name) (\(field.type)), which is not in \(what)\(hint)")
        continue
      }
      if found.type != field.type {
        report(
          .typeMismatch, component.name, method.name, field: field.name,
          "\(callee) takes \(field.name) as \(field.type), and here it is \(found.type)")
      }
    }
  }

  private mutating func network(
    _ method: Method, of component: Component, _ declared: MethodDraft.Signature?
  ) -> ResolvedMethod? {
    let callee = call(method.calls, by: method, of: component, field: "calls")
    let route =
      component.kind == .http && declared != nil
      ? RouteReading(method.http, request: declared?.request ?? []) : nil
    for problem in route?.problems ?? [] {
      report(problem.code, component.name, method.name, field: problem.field, problem.detail)
    }
    guard let declared, let callee, let target = methods.signature(callee) else { return nil }
    require(declared.request, for: callee, by: method, of: component, among: "the request")
    checkResponse(declared.response, isGivenBy: callee, target, method, component)
    let signature = MethodDraft.Signature(
      request: declared.request.map { $0.asNullable(as: target.request) },
      response: declared.response.map { $0.asNullable(as: target.response) }, canMiss: target.canMiss)
    guard component.kind == .http else { return resolved(method, signature, .grpc(call: callee)) }
    return route?.route.map { resolved(method, signature, .http($0, call: callee)) }
  }

  private mutating func checkResponse(
    _ declared: [ResolvedField], isGivenBy callee: MethodReference, _ target: MethodDraft.Signature,
    _ method: Method, _ component: Component
  ) {
    for field in declared {
      guard let given = target.response.first(where: { $0.name == field.name }) else {
        let names = target.response.map { "\($0.name) (\($0.type))" }
        let gives = names.isEmpty ? "nothing" : names.joined(separator: ", ")
        report(
          .typeMismatch, component.name, method.name, field: field.name,
          "\(callee) does not give \(field.name); it gives \(gives)")
        continue
      }
      if given.type != field.type {
        report(
          .typeMismatch, component.name, method.name, field: field.name,
          "\(callee) gives \(field.name) as \(given.type), and here it is \(field.type)")
      }
    }
  }
}

extension ResolvedField {
  /// The field, nullable where the one of its name is.
  fileprivate func asNullable(as fields: [ResolvedField]) -> ResolvedField {
    ResolvedField(name, type, isNullable: fields.first { $0.name == name }?.isNullable ?? false)
  }
}
