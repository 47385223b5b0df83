/// What a method takes and gives.
public struct MethodSignature: Sendable, Hashable {
  /// The method.
  public let method: MethodReference
  /// What it takes.
  public let request: [ResolvedField]
  /// What it gives.
  public let response: [ResolvedField]
}

extension ServiceDocument {
  /// What the methods take and give, in the order of the document. Those of which it cannot be known, because something
  /// is wrong with them or with what they call, are left out.
  public func signatures() -> [MethodSignature] {
    let table = MethodTable(self)
    return components.flatMap { component in
      component.methods.compactMap { method in
        let reference = MethodReference(component: component.name, method: method.name)
        return table.signature(reference).map {
          MethodSignature(method: reference, request: $0.request, response: $0.response)
        }
      }
    }
  }
}
