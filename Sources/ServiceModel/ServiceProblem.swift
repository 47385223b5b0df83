/// Something in a service that keeps it from being generated.
public struct ServiceProblem: Sendable, Hashable, CustomStringConvertible {
  /// What kind of problem it is.
  public var code: ProblemCode
  /// The component that it concerns; nil where it concerns none.
  public var component: String?
  /// The method of the component; nil where it concerns none.
  public var method: String?
  /// What of it: a field, a column, or a property of the method such as `http.path`. Without a component a table or
  /// column, as `shopdb.products.price`.
  public var field: String?
  /// A sentence that says what is wrong and what to do, in lower case, without a full stop.
  public var detail: String

  /// A problem.
  public init(
    _ code: ProblemCode, component: String? = nil, method: String? = nil, field: String? = nil, detail: String
  ) {
    self.code = code
    self.component = component
    self.method = method
    self.field = field
    self.detail = detail
  }

  /// `Web.GetProduct: id: type_mismatch: ...`, without what it does not concern.
  public var description: String {
    let place = [component, method].compactMap { $0 }.joined(separator: ".")
    return ([place, field ?? "", code.rawValue].filter { !$0.isEmpty } + [detail]).joined(separator: ": ")
  }
}

/// The kinds of problems.
public enum ProblemCode: String, Sendable, Hashable, CaseIterable, Codable {
  /// A storage component has no data source.
  case missingDataSource = "missing_data_source"
  /// There is no data source of this name.
  case unknownDataSource = "unknown_data_source"
  /// There is no table of this name.
  case unknownTable = "unknown_table"
  /// The table has no column of this name.
  case unknownColumn = "unknown_column"
  /// Nothing is called, or something to which no link leads.
  case unlinkedCall = "unlinked_call"
  /// There is no such component or method.
  case unknownMethod = "unknown_method"
  /// Components lead back to themselves.
  case cycle
  /// There is more than one `http` or `grpc` component.
  case duplicateNetworkComponent = "duplicate_network_component"
  /// A name means something else to Go already.
  case reservedWord = "reserved_word"
  /// A name is taken.
  case duplicateName = "duplicate_name"
  /// A name is no identifier.
  case invalidName = "invalid_name"
  /// What one side gives is not what the other takes.
  case typeMismatch = "type_mismatch"
  /// There is no type of this name.
  case unknownType = "unknown_type"
  /// A route cannot be used.
  case invalidPath = "invalid_path"
  /// A query, a key, or one of their properties cannot be used.
  case invalidQuery = "invalid_query"
  /// There is nothing to generate.
  case emptyService = "empty_service"
}

extension ServiceProblem: Codable {
  private enum CodingKeys: String, CodingKey { case code, component, method, field, detail }

  /// Writes every key, with null for what the problem does not concern.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(code, forKey: .code)
    try container.encode(component, forKey: .component)
    try container.encode(method, forKey: .method)
    try container.encode(field, forKey: .field)
    try container.encode(detail, forKey: .detail)
  }
}
