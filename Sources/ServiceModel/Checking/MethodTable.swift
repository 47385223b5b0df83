/// What every method of a document takes and gives, as far as that can be known. Where several have one name, the first
/// counts.
struct MethodTable {
  private var places: [MethodReference: (component: Int, method: Int)] = [:]
  private var components: [String: Int] = [:]
  private var drafts: [[MethodDraft]] = []
  private var signatures: [MethodReference: MethodDraft.Signature] = [:]
  private let links: Set<Link>
  private let document: ServiceDocument
  let types: EntityTypes

  init(_ document: ServiceDocument) {
    self.document = document
    links = Set(document.links)
    types = EntityTypes(document.dataSources.flatMap(\.tables))
    for (index, component) in document.components.enumerated() {
      if components[component.name] == nil { components[component.name] = index }
      for (number, method) in component.methods.enumerated() {
        let reference = MethodReference(component: component.name, method: method.name)
        if places[reference] == nil { places[reference] = (index, number) }
      }
      drafts.append(component.methods.map { draft($0, of: component) })
    }
    for reference in places.keys { follow(reference) }
  }

  private func draft(_ method: Method, of component: Component) -> MethodDraft {
    switch component.kind {
    case .sql:
      let source = component.dataSource.flatMap { document.dataSource($0) }
      return .sql(method, source: source?.kind == .postgres ? source : nil, types: types)
    case .redis: return .redis(method, types: types)
    case .fileStorage: return .file(method, types: types)
    case .http, .grpc, .function: return .declared(method, types: types)
    default: return MethodDraft()
    }
  }

  /// Looks along the calls from a method to the one that decides what it takes and gives. A loop decides nothing.
  private mutating func follow(_ start: MethodReference) {
    var way: [MethodReference] = []
    var seen: Set<MethodReference> = []
    var reference = start
    while signatures[reference] == nil, seen.insert(reference).inserted, let place = places[reference] {
      if let own = drafts[place.component][place.method].signature {
        signatures[reference] = own
        break
      }
      way.append(reference)
      let method = document.components[place.component].methods[place.method]
      guard let next = method.deciding(in: document.components[place.component].kind) else { break }
      reference = next
    }
    guard let signature = signatures[reference] else { return }
    for passed in way { signatures[passed] = signature }
  }

  /// What the method itself says: of a storage, function or network component.
  func draft(component: Int, method: Int) -> MethodDraft { drafts[component][method] }

  /// What a method takes and gives; nil where that cannot be known.
  func signature(_ reference: MethodReference) -> MethodDraft.Signature? { signatures[reference] }

  func component(_ name: String) -> Component? { components[name].map { document.components[$0] } }

  func index(of component: String) -> Int? { components[component] }

  func has(_ reference: MethodReference) -> Bool { places[reference] != nil }

  func isLinked(_ from: String, to: String) -> Bool { links.contains(Link(from: from, to: to)) }
}

extension Method {
  /// The method that decides what this one takes and gives; nil where it says so itself, or nothing does.
  fileprivate func deciding(in kind: ComponentType?) -> MethodReference? {
    switch kind {
    case .orchestrator: source.flatMap { MethodReference($0) }
    case .lookAsideCache: sources?.last.flatMap { MethodReference($0) }
    default: nil
    }
  }
}

extension MethodDraft {
  /// A method that declares what it takes and gives. It may find nothing.
  static func declared(_ method: Method, types: EntityTypes) -> MethodDraft {
    var draft = MethodDraft()
    let request = draft.fields(method.request ?? [], types: types)
    let response = draft.fields(method.response ?? [], types: types)
    guard let request, let response else { return draft }
    draft.signature = Signature(request: request, response: response, canMiss: true)
    return draft
  }
}
