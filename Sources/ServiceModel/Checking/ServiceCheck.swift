internal import Documents

/// Goes through a document in its order, reports what is wrong, and puts together what it means.
struct ServiceCheck {
  let document: ServiceDocument
  let methods: MethodTable
  var problems: [ServiceProblem] = []
  private(set) var resolved: ResolvedService?
  /// The names of components so far, without case and underscores.
  var componentKeys: Set<String> = []
  /// The network components so far.
  var networks: [ComponentType: String] = [:]

  init(_ document: ServiceDocument) {
    self.document = document
    methods = MethodTable(document)
    checkService()
    let sources = document.dataSources.map { checkDataSource($0) }
    checkNamesOfDataSources()
    let components = document.components.indices.map { checkComponent($0) }
    checkLinks()
    guard problems.isEmpty else { return }
    let used = Set(document.usedDataSources)
    resolved = ResolvedService(
      name: document.name, dataSources: sources.filter { used.contains($0.name) }, tables: sources.flatMap(\.tables),
      components: components)
  }

  /// Reports a problem of the service.
  mutating func report(_ code: ProblemCode, field: String? = nil, _ detail: String) {
    report(code, nil, nil, field: field, detail)
  }

  /// Reports a problem of a component.
  mutating func report(_ code: ProblemCode, _ component: String?, field: String? = nil, _ detail: String) {
    report(code, component, nil, field: field, detail)
  }

  /// Reports a problem of a method.
  mutating func report(
    _ code: ProblemCode, _ component: String?, _ method: String?, field: String? = nil, _ detail: String
  ) {
    problems.append(ServiceProblem(code, component: component, method: method, field: field, detail: detail))
  }

  private mutating func checkService() {
    if let refusal = IdentifierRules.serviceRefusal(document.name) {
      report(.invalidName, field: "name", "\(quoted(document.name)) cannot be the name of a service: \(refusal)")
    } else if IdentifierRules.isReserved(service: document.name) {
      report(
        .reservedWord, field: "name",
        "\(quoted(document.name)) is a part of Go's own library, which a module cannot be called; choose another name")
    }
    if document.components.isEmpty {
      report(.emptyService, "the service has no components; add one, such as an http component")
    }
  }
}

extension ServiceDocument {
  /// Everything that keeps the service from being generated, in the order of the document; empty where nothing does.
  public func problems() -> [ServiceProblem] { ServiceCheck(self).problems }
}

extension ResolvedService {
  /// What a document means. Throws all its problems where there are any.
  public init(_ document: ServiceDocument) throws(InvalidService) {
    let check = ServiceCheck(document)
    guard let resolved = check.resolved else { throw InvalidService(problems: check.problems) }
    self = resolved
  }
}

/// A service that cannot be generated.
public struct InvalidService: Error, Sendable, Hashable, CustomStringConvertible {
  /// Why, in the order of the document; at least one.
  public var problems: [ServiceProblem]

  /// Because of these problems.
  public init(problems: [ServiceProblem]) { self.problems = problems }

  /// The problems, a line each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
