internal import Model

extension Store {
  /// A page of a build's messages; empty where the owner has no such build.
  public func messages(_ query: MessageQuery) async throws -> ResultPage<StoredMessage> {
    let limit = min(max(query.limit, 1), 200)
    // Names of ours, nothing from outside.
    let severities = query.severities.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
    let messages = try await database.read { connection in
      try connection.all(
        """
        SELECT \(StoredMessage.columns) FROM messages m
        WHERE m.build = $1 AND m.id > $2 AND m.owner = $3 AND m.severity IN (\(severities))
          \(query.isNew ? "AND m.is_new = 1" : "") ORDER BY m.id LIMIT $4
        """,
        [
          .integer(query.build.rawValue), .integer(query.after ?? 0), .integer(query.owner.rawValue),
          .integer(Int64(limit + 1)),
        ], StoredMessage.init(row:))
    }
    return page(messages, limit) { $0.id }
  }

  /// A page of a build's tests; empty where the owner has no such build.
  public func tests(_ query: TestQuery) async throws -> ResultPage<StoredTest> {
    let limit = min(max(query.limit, 1), 200)
    let places = query.status?.places ?? 0..<Int64.max
    let first = max(places.lowerBound, query.after.map { $0 &+ 1 } ?? 0)
    var parameters: [DatabaseValue] = [
      .integer(query.build.rawValue), .integer(first), .integer(places.upperBound), .integer(query.owner.rawValue),
      .integer(Int64(limit + 1)),
    ]
    if let status = query.status { parameters.append(.text(status.rawValue)) }
    let statement = """
      SELECT \(StoredTest.columns) FROM tests t WHERE t.build = $1 AND t.sort >= $2 AND t.sort < $3 AND t.owner = $4
        \(query.status == nil ? "" : "AND t.status = $6") ORDER BY t.sort LIMIT $5
      """
    let tests = try await database.read { [parameters] in try $0.all(statement, parameters, StoredTest.init(row:)) }
    return page(tests, limit) { $0.sort }
  }

  private func page<Element>(_ found: [Element], _ limit: Int, _ cursor: (Element) -> Int64) -> ResultPage<Element> {
    guard found.count > limit else { return ResultPage(elements: found, next: nil) }
    let elements = Array(found.prefix(limit))
    return ResultPage(elements: elements, next: elements.last.map(cursor))
  }
}

extension StoredMessage {
  static let columns = """
    m.id, m.job, m.severity, m.file, m.line, m.file_column, m.text, m.option, m.log_line, m.is_new
    """

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let job = row.integer(1),
      let severity = row.text(2).flatMap(CompilerMessage.Severity.init), let file = row.text(3), let text = row.text(6),
      let logLine = row.integer(8)
    else { throw StoreError.damaged(table: "messages", id: row.integer(0) ?? 0, detail: "unknown or missing value") }
    self.init(
      id: id, job: JobID(rawValue: job),
      message: CompilerMessage(
        severity: severity, file: file, line: row.integer(4), column: row.integer(5), text: text, option: row.text(7),
        logLine: logLine), isNew: row.integer(9) == 1)
  }
}

extension StoredTest {
  static let columns = "t.id, t.job, t.suite, t.name, t.status, t.duration_us, t.message, t.sort"

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let job = row.integer(1), let suite = row.text(2), let name = row.text(3),
      let status = row.text(4).flatMap(TestCase.Status.init), let sort = row.integer(7)
    else { throw StoreError.damaged(table: "tests", id: row.integer(0) ?? 0, detail: "unknown or missing value") }
    self.init(
      id: id, job: JobID(rawValue: job),
      test: TestCase(
        suite: suite, name: name, status: status, durationMicroseconds: row.integer(5), message: row.text(6)),
      sort: sort)
  }
}
