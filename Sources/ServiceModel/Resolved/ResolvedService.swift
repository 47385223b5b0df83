/// A service that can be generated: every name bound, every request and response known, every default filled in.
/// Independent of the language that is generated.
///
/// What it promises, so that generators need not check it again:
/// - names are ASCII identifiers; those of one list differ in more than case and underscores;
/// - every `MethodReference` leads to a method of a component of this service, and calls never lead back;
/// - a caller's request holds every field that the callee takes, with the same type and name, and a caller's response
///   only fields that the callee gives;
/// - the tables of `entity.` types exist.
public struct ResolvedService: Sendable, Hashable {
  /// The service's name: letters, digits, `-` and `_`, from a letter.
  public let name: String
  /// The data sources that components use, in the order of the document.
  public let dataSources: [ResolvedDataSource]
  /// All tables, each of which is an `entity.` type, in the order of the document; also those of a data source that no
  /// component uses.
  public let tables: [ResolvedTable]
  /// The components in the order of the document.
  public let components: [ResolvedComponent]

  init(
    name: String, dataSources: [ResolvedDataSource], tables: [ResolvedTable], components: [ResolvedComponent]
  ) {
    self.name = name
    self.dataSources = dataSources
    self.tables = tables
    self.components = components
  }

  /// The table of an `entity.` type.
  public func table(_ name: String) -> ResolvedTable? { tables.first { $0.name == name } }

  /// The data source of this name.
  public func dataSource(_ name: String) -> ResolvedDataSource? { dataSources.first { $0.name == name } }

  /// The component of this name.
  public func component(_ name: String) -> ResolvedComponent? { components.first { $0.name == name } }

  /// The method that a reference leads to.
  public func method(_ reference: MethodReference) -> ResolvedMethod? {
    component(reference.component)?.methods.first { $0.name == reference.method }
  }

  /// The one component of a network type; nil where there is none.
  public func network(_ kind: ComponentType) -> ResolvedComponent? { components.first { $0.kind == kind } }

  /// True where a component of this type is there.
  public func uses(_ kind: ComponentType) -> Bool { components.contains { $0.kind == kind } }

  /// The components with those that are called before those that call them: the order in which a program makes them.
  public var startOrder: [ResolvedComponent] {
    var order: [ResolvedComponent] = []
    var placed: Set<String> = []
    var rest = components
    while !rest.isEmpty {
      let ready = rest.filter { $0.dependencies.allSatisfy { placed.contains($0) } }
      // Calls never lead back, so something is always ready; the rest is taken as it is rather than to loop for ever.
      let next = ready.isEmpty ? rest : ready
      order += next
      placed.formUnion(next.map(\.name))
      rest.removeAll { placed.contains($0.name) }
    }
    return order
  }
}
