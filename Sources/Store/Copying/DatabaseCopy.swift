public import Model

/// Copies an installation's database into an empty one, of the same kind or the other. Every table that the source has
/// is copied, whatever tables there are; keys stay as they are. It may be ended at any moment, and goes on where it was.
/// Nobody else may use either database meanwhile.
public struct DatabaseCopy: Sendable {
  /// How far it is.
  public struct Progress: Sendable, Hashable {
    /// True while what was copied is compared.
    public var isComparing = false
    /// The table at work.
    public var table: String
    /// Rows that are done, of all tables.
    public var done: Int64
    /// Rows of all tables.
    public var all: Int64
  }

  /// So many bytes, about, are moved in one transaction.
  private static let batchBytes = 4 << 20
  private static let batchRows = 1000
  /// So many rows go in one statement.
  private static let rowsOfStatement = 16

  let source: any Database
  let target: any Database

  /// A copy of `source` into `target`.
  public init(from source: any Database, to target: any Database) {
    self.source = source
    self.target = target
  }

  /// Looks at both sides, and makes the target ready: from then on it is nothing but the target of this copy. `run` does
  /// so too; again changes nothing. Throws `CopyError` where one of them is not what it has to be.
  public func begin(at now: Timestamp) async throws { _ = try await prepare(at: now) }

  /// Copies what is missing, compares all of it, and makes the target an installation. Returns the tables with their
  /// numbers of rows. Throws `CopyError` where one of the databases is not what it has to be.
  public func run(
    at now: Timestamp, _ report: @escaping @Sendable (Progress) -> Void
  ) async throws -> [(table: String, rows: Int64)] {
    let tables = try await prepare(at: now)
    var all: Int64 = 0
    for table in tables { all += try await count(table, in: source) }
    var done: Int64 = 0
    for table in tables { try await copy(table, all, &done, report) }
    try await copyCounters()
    done = 0
    var copied: [(String, Int64)] = []
    for table in tables {
      try Task.checkCancellation()
      let rows = try await compare(table)
      copied.append((table.name, rows))
      done += rows
      report(Progress(isComparing: true, table: table.name, done: done, all: all))
    }
    try await target.write { connection in
      try connection.execute("DROP TABLE \(CopyMark.table)", [])
      try connection.execute("DELETE FROM migrations WHERE number = $1", [.integer(CopyMark.number)])
    }
    return copied
  }

  /// Looks at both sides, makes the target's tables where it is empty, and returns what is to be copied.
  private func prepare(at now: Timestamp) async throws -> [CopiedTable] {
    let (schema, identity, tables) = try await source.read { [queries = source.dialect.schema] connection in
      let schema = try connection.schema(queries)
      guard schema.newest > 0 else { throw CopyError.noInstallation }
      guard schema.mark == nil else { throw CopyError.sourceUnfinished }
      return (schema, try connection.identity(), try connection.tables(queries))
    }
    guard schema.newest == Store.knownSchema else {
      throw CopyError.otherVersion(found: schema.newest, known: Store.knownSchema)
    }
    let dialect = target.dialect
    try await target.write { connection in
      let there = try connection.schema(dialect.schema)
      if let mark = there.mark {
        guard mark == identity else { throw CopyError.otherCopy }
        guard there.all == schema.all else { throw CopyError.otherSchema }
        return
      }
      guard try connection.all(dialect.schema.tables, [], { _ in }).isEmpty else { throw CopyError.targetInUse }
      try connection.makeSchema(dialect, at: now)
      try connection.execute(
        "CREATE TABLE \(CopyMark.table) (name TEXT NOT NULL PRIMARY KEY, place TEXT NOT NULL)", [])
      try connection.execute(
        "INSERT INTO migrations (number, name, applied_at) VALUES ($1, $2, $3)",
        [.integer(CopyMark.number), .text(identity), .integer(now.milliseconds)])
    }
    let found = try await target.read { try $0.tables(dialect.schema) }
    for table in tables {
      guard let same = found.first(where: { $0.name == table.name }), Set(same.columns) == Set(table.columns) else {
        throw CopyError.different(table: table.name, detail: "its columns are others")
      }
    }
    return tables
  }

  private func count(_ table: CopiedTable, in database: any Database) async throws -> Int64 {
    try await database.read { try $0.first("SELECT COUNT(*) FROM \(table.name)") { $0.integer(0) ?? 0 } ?? 0 }
  }

  private func copy(
    _ table: CopiedTable, _ all: Int64, _ done: inout Int64, _ report: @Sendable (Progress) -> Void
  ) async throws {
    let text = try await target.read {
      try $0.first("SELECT place FROM \(CopyMark.table) WHERE name = $1", [.text(table.name)]) { $0.text(0) ?? "" }
    }
    var place = try text.map { try CopyPlace(text: $0).values }
    if place != nil { done += try await count(table, in: target) }
    var limit = 50
    while true {
      try Task.checkCancellation()
      let rows = try await page(of: table, in: source, after: place, limit: limit)
      guard let last = rows.last else { break }
      place = table.place(of: last)
      let noted = try CopyPlace(table.place(of: last)).text
      try await target.write { connection in
        for (sql, parameters) in Self.insertions(rows, table) { try connection.execute(sql, parameters) }
        try connection.execute(
          """
          INSERT INTO \(CopyMark.table) (name, place) VALUES ($1, $2)
          ON CONFLICT (name) DO UPDATE SET place = excluded.place
          """, [.text(table.name), .text(noted)])
      }
      done += Int64(rows.count)
      report(Progress(table: table.name, done: done, all: all))
      limit = Self.limit(after: rows)
    }
  }

  /// Groups of rows with values in the same columns, in few different statements.
  private static func insertions(
    _ rows: [[DatabaseValue]], _ table: CopiedTable
  ) -> [(sql: String, parameters: [DatabaseValue])] {
    Dictionary(grouping: rows) { $0.map { $0 == .null } }.values.flatMap { alike in
      let whole = alike.count - alike.count % rowsOfStatement
      let groups = stride(from: 0, to: whole, by: rowsOfStatement).map { Array(alike[$0..<($0 + rowsOfStatement)]) }
      return (groups + alike[whole...].map { [$0] }).map(table.insertion)
    }
  }

  /// How many rows to take next, so that large ones do not fill the memory.
  private static func limit(after rows: [[DatabaseValue]]) -> Int {
    let bytes = rows.reduce(0) { sum, row in
      row.reduce(sum) { sum, value in
        switch value {
        case .text(let text): sum + text.utf8.count
        case .bytes(let bytes): sum + bytes.count
        case .integer, .null: sum + 8
        }
      }
    }
    return min(max(batchBytes * rows.count / max(1, bytes), 1), batchRows)
  }

  private func page(
    of table: CopiedTable, in database: any Database, after place: [DatabaseValue]?, limit: Int
  ) async throws -> [[DatabaseValue]] {
    let (sql, parameters) = table.page(after: place, limit: limit)
    return try await database.read { try $0.all(sql, parameters) { $0.values(table.columns.count) } }
  }

  private func copyCounters() async throws {
    let counters = try await source.read { [queries = source.dialect.schema] connection in
      try connection.all(queries.counters) { ($0.text(0) ?? "", $0.integer(1) ?? 0) }
    }
    try await target.write { [queries = target.dialect.schema] connection in
      for (table, last) in counters {
        // A statement that asks answers with a row.
        for sql in queries.setCounter { try connection.query(sql, [.text(table), .integer(last)]) { _ in } }
      }
    }
  }

  private func compare(_ table: CopiedTable) async throws -> Int64 {
    async let first = hash(table, in: source)
    async let second = hash(table, in: target)
    let (before, after) = (try await first, try await second)
    guard before == after else {
      let detail =
        before.count == after.count
        ? "of its \(before.count) rows some differ" : "\(before.count) rows became \(after.count)"
      throw CopyError.different(table: table.name, detail: detail)
    }
    return before.count
  }

  private func hash(_ table: CopiedTable, in database: any Database) async throws -> TableHash {
    var hash = TableHash()
    var place: [DatabaseValue]?
    var limit = 50
    while true {
      let rows = try await page(of: table, in: database, after: place, limit: limit)
      guard let last = rows.last else { return hash }
      for row in rows { try hash.add(row) }
      place = table.place(of: last)
      limit = Self.limit(after: rows)
    }
  }
}
