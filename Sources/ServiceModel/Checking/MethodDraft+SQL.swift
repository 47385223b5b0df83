internal import Documents

extension MethodDraft {
  /// A query. `source` is the database; nil where it is unknown, so that only what it has nothing to do with is checked.
  static func sql(_ method: Method, source: DataSourceDefinition?, types: EntityTypes) -> MethodDraft {
    var draft = MethodDraft()
    guard let query = method.query, !query.isEmpty else {
      draft.report(.invalidQuery, "query", "the type of the query is missing; it is \(Self.kinds)")
      return draft
    }
    guard let kind = QueryKind(rawValue: query.lowercased()) else {
      draft.report(.invalidQuery, "query", "\(quoted(query)) is no type of query; it is \(Self.kinds)")
      return draft
    }
    let returnsData = draft.returnsData(method, kind)
    if kind == .raw {
      draft.raw(method, returnsData: returnsData, types: types)
    } else {
      draft.checkProperties(of: method, kind)
      if let source { draft.tableQuery(method, kind, source, returnsData: returnsData) }
    }
    return draft
  }

  private static var kinds: String { "read, insert, update, delete or raw" }

  private mutating func returnsData(_ method: Method, _ kind: QueryKind) -> Bool {
    switch method.returns?.lowercased() {
    case "data": return true
    case "count": return false
    case nil, "": return kind == .read || kind == .insert || kind == .raw && !(method.result ?? "").isEmpty
    case let other?:
      report(.invalidQuery, "returns", "\(quoted(other)) cannot be returned; write data or count")
      return true
    }
  }

  private mutating func checkProperties(of method: Method, _ kind: QueryKind) {
    let hasWhere = !(method.whereColumns ?? []).isEmpty
    let hasSet = !(method.setColumns ?? []).isEmpty
    if kind == .insert, hasWhere { report(.invalidQuery, "where", "an insert finds no rows; remove 'where'") }
    if kind == .insert || kind == .update, !hasSet {
      report(.invalidQuery, "set", "an \(kind.rawValue) needs the columns that it sets")
    }
    if kind == .read || kind == .delete, hasSet {
      report(.invalidQuery, "set", "a \(kind.rawValue) sets no columns; remove 'set'")
    }
    // Forgotten conditions are no way to lose a table: who means every row says so.
    if kind == .update || kind == .delete, !hasWhere, method.multi != true {
      report(
        .invalidQuery, "where",
        "without 'where' this would \(kind == .delete ? "delete" : "change") every row; name columns, or say 'multi: true'"
      )
    }
    let rawOnly = [("sql", method.sql ?? ""), ("result", method.result ?? "")]
    for (property, value) in rawOnly where !value.isEmpty {
      report(.invalidQuery, property, "'\(property)' belongs to a raw query; remove it, or write 'query: raw'")
    }
  }

  private mutating func tableQuery(
    _ method: Method, _ kind: QueryKind, _ source: DataSourceDefinition, returnsData: Bool
  ) {
    let name = method.table ?? ""
    guard let table = source.table(name) else {
      let known = source.tables.map(\.name)
      let missing = name.isEmpty ? "the query names no table" : "\(source.name) has no table \(quoted(name))"
      report(.unknownTable, "table", missing + NameHints.suffix(name, in: known))
      return
    }
    let setColumns = columns(method.setColumns ?? [], of: table, "set")
    let conditions = columns(method.whereColumns ?? [], of: table, "where")
    if kind == .insert { checkRequired(setColumns.map(\.name), of: table) }
    guard let request = request(setColumns, conditions) else { return }
    finish(
      SQLParts(
        table: table, kind: kind, set: setColumns.map(\.name), conditions: conditions.map(\.name),
        isMulti: method.multi ?? false, returnsData: returnsData), request: request)
  }

  /// The columns of these names, with a problem for each that is not there or there twice.
  private mutating func columns(_ names: [String], of table: Table, _ property: String) -> [Column] {
    var seen: Set<String> = []
    return names.compactMap { name in
      guard let column = table.column(name) else {
        let hint = NameHints.suffix(name, in: table.columns.map(\.name))
        report(.unknownColumn, name.isEmpty ? property : name, "\(table.name) has no column \(quoted(name))\(hint)")
        return nil
      }
      guard seen.insert(name).inserted else {
        report(.duplicateName, name, "'\(property)' has the column \(quoted(name)) twice")
        return nil
      }
      return column
    }
  }

  private mutating func checkRequired(_ set: [String], of table: Table) {
    guard !set.isEmpty else { return }
    for column in table.columns where !set.contains(column.name) && table.needsValue(column) {
      report(
        .invalidQuery, column.name,
        "\(table.name).\(column.name) needs a value in every insert: add it to 'set', or give it a default")
    }
  }

  /// What is set and then what is searched for; nil where a column's type is unknown. Two of one name are told apart.
  private mutating func request(_ set: [Column], _ conditions: [Column]) -> [ResolvedField]? {
    var fields: [ResolvedField] = []
    var keys: Set<String> = []
    let names = Set(set.map(\.name))
    for (column, isSet) in set.map({ ($0, true) }) + conditions.map({ ($0, false) }) {
      guard let type = column.scalarType else { return nil }
      let name = !isSet && names.contains(column.name) ? "where_\(column.name)" : column.name
      if !keys.insert(IdentifierRules.key(name)).inserted {
        report(.duplicateName, name, "the request has two fields that are called \(quoted(name)); rename a column")
      }
      fields.append(
        ResolvedField(name, .scalar(type), isNullable: isSet && column.nullable && !column.primaryKey))
    }
    return fields
  }

  private mutating func finish(_ parts: SQLParts, request: [ResolvedField]) {
    let hasData = parts.returnsData
    let data = ResolvedField("data", FieldType(.entity(parts.table.name), isList: parts.isMulti))
    let count = ResolvedField("count", .scalar(.int64))
    signature = Signature(
      request: request, response: [hasData ? data : count],
      canMiss: hasData && !parts.isMulti && parts.kind != .insert)
    action = .sql(
      SQLQuery(
        kind: parts.kind, table: parts.table.name, statement: parts.statement, parameters: request.map(\.name),
        outcome: parts.outcome))
  }
}

/// A query of one table, all of whose names are known.
private struct SQLParts {
  var table: Table
  var kind: QueryKind
  var set: [String]
  var conditions: [String]
  var isMulti: Bool
  var returnsData: Bool

  var outcome: SQLOutcome {
    if !returnsData { return kind == .read ? .counted : .affected }
    return isMulti ? .rows(table: table.name) : .row(table: table.name)
  }

  var statement: String {
    let text = SQLText(table)
    return switch kind {
    case .read: returnsData ? text.read(conditions, isMulti: isMulti) : text.count(conditions)
    case .insert: text.insert(set, returnsData: returnsData)
    case .update: text.update(set, conditions, returnsData: returnsData)
    case .delete: text.delete(conditions, returnsData: returnsData)
    case .raw: ""
    }
  }
}

extension Table {
  /// The value that a row without one gets; nil for none.
  func defaultValue(of column: Column) -> ColumnDefault? {
    guard let type = column.scalarType else { return nil }
    if let text = column.defaultValue { return ColumnDefault(text, of: type) }
    guard column.primaryKey, columns.filter(\.primaryKey).count == 1 else { return nil }
    return switch type {
    case .int32, .int64: .identity
    case .uuid: .randomUUID
    default: nil
    }
  }

  fileprivate func needsValue(_ column: Column) -> Bool {
    (!column.nullable || column.primaryKey) && defaultValue(of: column) == nil
  }
}
