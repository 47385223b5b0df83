/// A service as drawn or written: `wright: service/1`. It may be unfinished and wrong; `problems()` says what is, and
/// `ResolvedService` is made only of one without problems.
public struct ServiceDocument: Sendable, Hashable {
  /// What a service file begins with.
  public static let format = "service/1"

  /// The service's name.
  public var name: String
  /// The databases, caches and buckets with their schemas.
  public var dataSources: [DataSourceDefinition]
  /// The components in the order in which they were made.
  public var components: [Component]
  /// Who may call whom.
  public var links: [Link]

  /// A service.
  public init(
    name: String, dataSources: [DataSourceDefinition] = [], components: [Component] = [], links: [Link] = []
  ) {
    self.name = name
    self.dataSources = dataSources
    self.components = components
    self.links = links
  }

  /// The component of this name.
  public func component(_ name: String) -> Component? { components.first { $0.name == name } }

  /// The data source of this name.
  public func dataSource(_ name: String) -> DataSourceDefinition? { dataSources.first { $0.name == name } }

  /// The names of the data sources that components use, in the order of their first use, each once.
  public var usedDataSources: [String] {
    var seen: Set<String> = []
    return components.compactMap(\.dataSource).filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// The service with those of `definitions` that components use in place of its own. Where a type names a table that none
  /// of them has, the first of the others that has it comes, too. This is how a draft, which only names data sources,
  /// becomes whole.
  public func joining(_ definitions: [DataSourceDefinition]) -> ServiceDocument {
    let used = Set(usedDataSources)
    var missing = namedTables.subtracting(
      definitions.filter { used.contains($0.name) }.flatMap { $0.tables.map(\.name) })
    var joined = self
    joined.dataSources = definitions.filter { definition in
      if used.contains(definition.name) { return true }
      let found = missing.intersection(definition.tables.map(\.name))
      missing.subtract(found)
      return !found.isEmpty
    }
    return joined
  }

  /// The tables that types of fields name.
  private var namedTables: Set<String> {
    let methods = components.flatMap(\.methods)
    let fields = methods.flatMap { ($0.request ?? []) + ($0.response ?? []) + ($0.params ?? []) }
    let types = fields.map(\.type) + methods.flatMap { [$0.value, $0.result].compactMap { $0 } }
    return Set(types.compactMap { FieldType($0)?.table })
  }
}
