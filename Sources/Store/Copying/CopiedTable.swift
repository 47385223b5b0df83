/// A table as a copy sees it.
struct CopiedTable: Sendable, Hashable {
  /// Its name.
  var name: String
  /// All of its columns, in order.
  var columns: [String]
  /// Those of its primary key, in the key's order; all columns where it has none.
  var key: [String]

  /// The next rows after the one with this key, in the key's order, at most `limit`.
  func page(after place: [DatabaseValue]?, limit: Int) -> (sql: String, parameters: [DatabaseValue]) {
    var parameters = place ?? []
    var condition = ""
    if place != nil {
      let places = key.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
      condition = "WHERE (\(key.joined(separator: ", "))) > (\(places)) "
    }
    parameters.append(.integer(Int64(limit)))
    let order = key.joined(separator: ", ")
    return (
      "SELECT \(columns.joined(separator: ", ")) FROM \(name) \(condition)ORDER BY \(order) LIMIT $\(parameters.count)",
      parameters
    )
  }

  /// The key of a row.
  func place(of row: [DatabaseValue]) -> [DatabaseValue] {
    key.compactMap { column in columns.firstIndex(of: column).map { row[$0] } }
  }

  /// What stores rows that have values in the same columns; the others are NULL.
  func insertion(_ rows: [[DatabaseValue]]) -> (sql: String, parameters: [DatabaseValue]) {
    let present = columns.indices.filter { rows.first?[$0] != .null }
    let names = present.map { columns[$0] }.joined(separator: ", ")
    let tuples = rows.indices.map { row in
      "(" + present.indices.map { "$\(row * present.count + $0 + 1)" }.joined(separator: ", ") + ")"
    }
    return (
      "INSERT INTO \(name) (\(names)) VALUES \(tuples.joined(separator: ", "))",
      rows.flatMap { row in present.map { row[$0] } }
    )
  }
}

extension DatabaseConnection {
  /// All tables but those that a database keeps about itself, each after those that it refers to.
  func tables(_ queries: SchemaQueries) throws -> [CopiedTable] {
    let names = try all(queries.tables) { $0.text(0) ?? "" }.filter { !CopyMark.ownTables.contains($0) }
    var left: [(table: CopiedTable, references: Set<String>)] = try names.map { name in
      let columns = try all(queries.columns, [.text(name)]) { ($0.text(0) ?? "", $0.integer(1) ?? 0) }
      let key = columns.filter { $0.1 > 0 }.sorted { $0.1 < $1.1 }.map(\.0)
      let references = try all(queries.references, [.text(name)]) { $0.text(0) ?? "" }
      return (
        CopiedTable(name: name, columns: columns.map(\.0), key: key.isEmpty ? columns.map(\.0) : key),
        Set(references).subtracting([name])
      )
    }
    var ordered: [CopiedTable] = []
    while !left.isEmpty {
      let done = Set(ordered.map(\.name))
      let next = left.filter { $0.references.isSubset(of: done) }
      guard !next.isEmpty else {
        throw CopyError.circle(left.map(\.table.name))
      }
      ordered += next.map(\.table)
      left.removeAll { entry in next.contains { $0.table.name == entry.table.name } }
    }
    return ordered
  }
}

extension DatabaseRow {
  /// The row's first values, whatever they are.
  func values(_ count: Int) -> [DatabaseValue] {
    (0..<count).map { column in
      if let integer = integer(column) { return .integer(integer) }
      if let text = text(column) { return .text(text) }
      return bytes(column).map { .bytes($0) } ?? .null
    }
  }
}
