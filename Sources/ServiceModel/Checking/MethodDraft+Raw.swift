internal import Documents

extension MethodDraft {
  mutating func raw(_ method: Method, returnsData: Bool, types: EntityTypes) {
    for (property, columns) in [("where", method.whereColumns), ("set", method.setColumns)] {
      guard let columns, !columns.isEmpty else { continue }
      report(.invalidQuery, property, "a raw query says everything in 'sql'; remove '\(property)'")
    }
    let params = fields(method.params ?? [], types: types)
    var scalars: [String: ScalarType] = [:]
    for field in params ?? [] {
      guard let scalar = field.type.scalar else {
        report(.typeMismatch, field.name, "\(field.type) cannot be a parameter of a query; give its parts")
        continue
      }
      scalars[field.name] = scalar
    }
    // Where a parameter is wrong, the statement would only be blamed for it.
    let isKnown = params.map { $0.count == scalars.count } ?? false
    let statement = isKnown ? RawStatement(method.sql ?? "", types: scalars) : nil
    for refusal in statement?.refusals ?? [] { report(.invalidQuery, "sql", refusal) }
    let result = result(of: method, returnsData: returnsData, types: types)
    guard let params, let statement, let result else { return }
    finish(statement, params, result, isMulti: method.multi ?? false)
  }

  private enum RawResult {
    case affected
    case row(FieldType)
  }

  private mutating func result(of method: Method, returnsData: Bool, types: EntityTypes) -> RawResult? {
    guard returnsData else { return .affected }
    guard let text = method.result, !text.isEmpty else {
      report(.invalidQuery, "result", "a query that returns data needs the type of a row, as entity.products or int64")
      return nil
    }
    switch types.type(text) {
    case .failure(let refusal):
      report(.unknownType, "result", "\(quoted(text)) is no type; \(refusal.detail)")
      return nil
    case .success(let type) where type.isList:
      report(.typeMismatch, "result", "a row is no list; write '\(text.dropFirst(2))' and 'multi: true'")
      return nil
    case .success(let type): return .row(type)
    }
  }

  private mutating func finish(
    _ statement: RawStatement, _ params: [ResolvedField], _ result: RawResult, isMulti: Bool
  ) {
    let outcome: SQLOutcome
    let response: ResolvedField
    switch result {
    case .affected: (outcome, response) = (.affected, ResolvedField("count", .scalar(.int64)))
    case .row(let type):
      outcome = Self.outcome(of: type, isMulti: isMulti)
      let isNullable = type.table == nil && !isMulti
      response = ResolvedField("data", FieldType(type.element, isList: isMulti), isNullable: isNullable)
    }
    let canMiss = response.name == "data" && !isMulti
    signature = Signature(request: params, response: [response], canMiss: canMiss)
    action = .sql(
      SQLQuery(
        kind: .raw, table: nil, statement: statement.statement, parameters: statement.parameters, outcome: outcome))
  }

  private static func outcome(of type: FieldType, isMulti: Bool) -> SQLOutcome {
    switch type.element {
    case .entity(let table): isMulti ? .rows(table: table) : .row(table: table)
    case .scalar(let scalar): isMulti ? .values(scalar) : .value(scalar)
    }
  }

  /// Fields that a document declares; nil where one of them is wrong.
  mutating func fields(_ fields: [Field], types: EntityTypes) -> [ResolvedField]? {
    var keys: Set<String> = []
    var isRight = true
    let resolved = fields.compactMap { field -> ResolvedField? in
      if let refusal = IdentifierRules.refusal(field.name, mayBeginWithUnderscore: true) {
        report(.invalidName, field.name, "\(quoted(field.name)) cannot be the name of a field: \(refusal)")
        isRight = false
      } else if !keys.insert(IdentifierRules.key(field.name)).inserted {
        report(.duplicateName, field.name, "a field is called \(quoted(field.name)) already")
        isRight = false
      }
      switch types.type(field.type) {
      case .success(let type): return ResolvedField(field.name, type)
      case .failure(let refusal):
        report(.unknownType, field.name, "\(quoted(field.type)) is no type; \(refusal.detail)")
        return nil
      }
    }
    return isRight && resolved.count == fields.count ? resolved : nil
  }
}
