/// Statements of PostgreSQL, with every name quoted.
struct SQLText {
  let table: Table

  init(_ table: Table) { self.table = table }

  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  private var columns: String { table.columns.map { Self.quoted($0.name) }.joined(separator: ", ") }
  private var name: String { Self.quoted(table.name) }

  private static func equalities(_ columns: [String], from first: Int) -> [String] {
    columns.enumerated().map { "\(quoted($0.element)) = $\(first + $0.offset)" }
  }

  private static func condition(_ columns: [String], from first: Int = 1) -> String {
    columns.isEmpty ? "" : " WHERE " + equalities(columns, from: first).joined(separator: " AND ")
  }

  func count(_ columns: [String]) -> String { "SELECT count(*) FROM \(name)" + Self.condition(columns) }

  /// Rows in the order of the primary key; one row is limited only where the condition allows several.
  func read(_ conditions: [String], isMulti: Bool) -> String {
    let select = "SELECT \(columns) FROM \(name)" + Self.condition(conditions)
    if !isMulti, findsOne(conditions) { return select }
    let key = table.columns.filter(\.primaryKey).map { Self.quoted($0.name) }.joined(separator: ", ")
    return select + (key.isEmpty ? "" : " ORDER BY \(key)") + (isMulti ? "" : " LIMIT 1")
  }

  private func findsOne(_ conditions: [String]) -> Bool {
    let key = table.columns.filter(\.primaryKey).map(\.name)
    if !key.isEmpty, key.allSatisfy(conditions.contains) { return true }
    return conditions.contains { table.column($0)?.unique ?? false }
  }

  func insert(_ set: [String], returnsData: Bool) -> String {
    let names = set.map(Self.quoted).joined(separator: ", ")
    let values = (1...max(1, set.count)).map { "$\($0)" }.joined(separator: ", ")
    return "INSERT INTO \(name) (\(names)) VALUES (\(values))" + returning(returnsData)
  }

  func update(_ set: [String], _ conditions: [String], returnsData: Bool) -> String {
    let assignments = Self.equalities(set, from: 1).joined(separator: ", ")
    return "UPDATE \(name) SET \(assignments)" + Self.condition(conditions, from: set.count + 1)
      + returning(returnsData)
  }

  func delete(_ conditions: [String], returnsData: Bool) -> String {
    "DELETE FROM \(name)" + Self.condition(conditions) + returning(returnsData)
  }

  private func returning(_ returnsData: Bool) -> String { returnsData ? " RETURNING \(columns)" : "" }
}

extension ScalarType {
  /// The type of a column of PostgreSQL.
  public var postgresType: String {
    switch self {
    case .string: "text"
    case .bool: "boolean"
    case .int32: "integer"
    case .int64: "bigint"
    case .float64: "double precision"
    case .decimal: "numeric"
    case .timestamp: "timestamptz"
    case .uuid: "uuid"
    case .bytes: "bytea"
    case .json: "jsonb"
    }
  }

  /// True where a value can be a part of a path, a query or a key.
  var isPlain: Bool { self != .json && self != .bytes }
}
