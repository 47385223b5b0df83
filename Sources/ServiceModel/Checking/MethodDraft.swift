/// What is found out about a method: what it takes, gives and does, as far as that is right, and what is wrong.
struct MethodDraft {
  /// What a method takes and gives.
  struct Signature {
    var request: [ResolvedField]
    var response: [ResolvedField]
    var canMiss = false
  }

  var problems: [(code: ProblemCode, field: String?, detail: String)] = []
  /// nil where it cannot be known.
  var signature: Signature?
  /// nil where it cannot be known.
  var action: MethodAction?

  mutating func report(_ code: ProblemCode, _ field: String?, _ detail: String) {
    problems.append((code, field, detail))
  }
}

/// The tables that `entity.` types name.
struct EntityTypes {
  private let names: Set<String>
  private let nearest: (String) -> String?

  init(_ tables: [Table]) {
    let all = tables.map(\.name)
    names = Set(all)
    nearest = { NameHints.nearest(to: $0, in: all) }
  }

  /// The type that `text` says, or why it says none.
  func type(_ text: String) -> Result<FieldType, TypeRefusal> {
    guard let type = FieldType(text) else {
      let known = ScalarType.allCases.map(\.rawValue)
      let hint = NameHints.nearest(to: text, in: known).map { "did you mean '\($0)'?" }
      return .failure(
        TypeRefusal(
          detail: hint ?? "the types are \(known.joined(separator: ", ")), entity.<table> and []entity.<table>"))
    }
    guard let table = type.table, !names.contains(table) else { return .success(type) }
    let hint = nearest(table).map { "did you mean 'entity.\($0)'?" }
    return .failure(TypeRefusal(detail: hint ?? "no data source of the service has a table \(table)"))
  }

  struct TypeRefusal: Error { var detail: String }
}
