internal import ServiceModel

/// A method of a component of type `sql`: the query, and the Go that asks it.
struct GoQuery {
  let method: GoMethod
  let query: SQLQuery
  /// The table whose rows it gives; nil where it gives none.
  let row: GoTable?
  /// The fields of the request in the order of the query's parameters.
  let arguments: [GoField]

  init?(_ method: GoMethod, of service: GoService) {
    guard case .sql(let query) = method.resolved.action else { return nil }
    self.method = method
    self.query = query
    arguments = query.parameters.compactMap { name in method.request.first { $0.name == name } }
    switch query.outcome {
    case .row(let table), .rows(let table): row = service.table(table)
    case .value, .values, .counted, .affected: row = nil
    }
  }

  /// The field of `Store`.
  var field: String { method.lower + "Query" }
  /// The constant with the statement.
  var constant: String { method.lower + "SQL" }
  /// True where a person has written the query: what it gives may change with the schema.
  var isRaw: Bool { query.kind == .raw }

  /// The method in Go.
  var function: String {
    let parameter = arguments.isEmpty ? "_" : "request"
    return """
      // \(method.goName) \(meaning).
      func (c *Store) \(method.goName)(ctx context.Context, \(parameter) \(method.requestType)) (\(method.responseType), error) {
      \(body.map { "\t\($0)\n" }.joined())}
      """
  }

  /// What it does, for the comment.
  private var meaning: String {
    let table = query.table ?? ""
    switch (query.kind, query.outcome) {
    case (.read, .counted): return "counts rows of the table \(table)"
    case (.read, .rows): return "reads rows of the table \(table)"
    case (.read, _): return "reads a row of the table \(table), or fails where there is none"
    case (.insert, _): return "adds a row to the table \(table)"
    case (.update, .affected): return "changes rows of the table \(table) and counts them"
    case (.update, _): return "changes rows of the table \(table)"
    case (.delete, .affected): return "deletes rows of the table \(table) and counts them"
    case (.delete, _): return "deletes rows of the table \(table)"
    case (.raw, _): return "asks a query that was written by hand"
    }
  }

  private var body: [String] {
    let arguments = arguments.map { ", request.\($0.goName)" }.joined()
    let result = method.response.first?.goName ?? "Count"
    let columns = isRaw ? "\(row?.lower ?? "")Columns, " : ""
    let named = isRaw ? "Named" : ""
    switch query.outcome {
    case .row:
      return one("c.\(field).One\(named)(ctx, \(columns)\(row?.lower ?? "")Fields(&response.\(result))\(arguments))")
    case .value, .counted:
      return one("c.\(field).One(ctx, []any{&response.\(result)}\(arguments))")
    case .rows:
      return many("postgres.Many\(named)(ctx, c.\(field), \(columns)\(row?.lower ?? "")Fields\(arguments))", result)
    case .values(let scalar):
      return many("postgres.Values[\(scalar.goName)](ctx, c.\(field)\(arguments))", result)
    case .affected:
      return ["count, err := c.\(field).Exec(ctx\(arguments))", "return \(method.responseType){\(result): count}, err"]
    }
  }

  private func one(_ call: String) -> [String] {
    ["var response \(method.responseType)", "err := \(call)", "return response, err"]
  }

  private func many(_ call: String, _ result: String) -> [String] {
    ["data, err := \(call)", "return \(method.responseType){\(result): data}, err"]
  }
}
