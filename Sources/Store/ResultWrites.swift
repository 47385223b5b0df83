internal import Model
internal import Results

/// Storing what was found in a job while it runs, in the transaction that holds its lease.
extension DatabaseConnection {
  /// Stores a batch of a job's results and the build's new counts. What is stored already is left.
  func store(_ batch: ResultBatch, of job: JobID, _ build: BuildID) throws {
    let owner = try first(
      "SELECT owner FROM jobs WHERE id = $1 AND build = $2 AND superseded = 0",
      [.integer(job.rawValue), .integer(build.rawValue)]
    ) { $0.integer(0) ?? 0 }
    guard let owner else { throw StoreError.missing(table: "jobs", id: job.rawValue) }
    let place = ResultPlace(build: build, job: job, owner: owner)
    let compared = try comparison(of: build)
    if !batch.messages.isEmpty { try insert(batch.messages, from: batch.firstMessage, at: place, against: compared) }
    if !batch.tests.isEmpty { try insert(batch.tests, from: batch.firstTest, at: place) }
    try execute(
      "UPDATE jobs SET results = $2 WHERE id = $1", [.integer(job.rawValue), .text(ResultText.encode(batch.counts))])
    try sumResults(of: build, comparedWith: compared)
  }

  /// Takes away everything that was found in a build, because all of its jobs begin anew.
  func forgetResults(of build: BuildID) throws {
    let id: [DatabaseValue] = [.integer(build.rawValue)]
    try execute("UPDATE jobs SET nix = NULL WHERE build = $1 AND nix IS NOT NULL", id)
    guard try execute("UPDATE builds SET results = NULL WHERE id = $1 AND results IS NOT NULL", id) > 0 else { return }
    try execute("UPDATE jobs SET results = NULL WHERE build = $1", id)
    try execute("DELETE FROM messages WHERE build = $1", id)
    try execute("DELETE FROM tests WHERE build = $1", id)
  }

  /// The build whose messages this one's are compared with. Settled once, with the first results, so that all of them
  /// are compared with the same.
  private func comparison(of build: BuildID) throws -> BuildID? {
    let settled = try first("SELECT results FROM builds WHERE id = $1", [.integer(build.rawValue)]) { $0.text(0) }
    if let text = settled ?? nil { return ResultText.results(text).comparedWith }
    let previous = try first(
      """
      SELECT p.id, p.results FROM builds b JOIN builds p ON p.owner = b.owner AND p.lineage = b.lineage
      WHERE b.id = $1 AND b.lineage IS NOT NULL AND p.lineage IS NOT NULL AND p.id < b.id
        AND p.status IN ('passed', 'passed_with_failures', 'failed') ORDER BY p.id DESC LIMIT 1
      """, [.integer(build.rawValue)]
    ) { (BuildID(rawValue: $0.integer(0) ?? 0), $0.text(1)) }
    guard let (id, text) = previous else { return nil }
    // Where not all of its messages are kept, what is missing would be new for ever.
    let counts = text.map { ResultText.results($0).counts.messages } ?? MessageCounts()
    return try fingerprints(of: id).count < Int(counts.errors + counts.warnings) ? nil : id
  }

  private func fingerprints(of build: BuildID) throws -> [Int64] {
    try all(
      "SELECT fingerprint FROM messages WHERE build = $1 AND severity <> 'note'", [.integer(build.rawValue)]
    ) { $0.integer(0) ?? 0 }
  }

  private func insert(
    _ messages: [CompilerMessage], from first: Int, at place: ResultPlace, against previous: BuildID?
  ) throws {
    let next = try nextPlace(in: "messages", of: place.job)
    var room = ResultLimits.messagesOfBuild - (try count(of: "messages", in: place.build))
    var comparison = NewMessages(previous: try previous.map(fingerprints) ?? [])
    if previous != nil { for present in try fingerprints(of: place.build) { _ = comparison.isNew(present) } }
    for (index, message) in messages.enumerated() where first + index >= next && room > 0 {
      room -= 1
      let fingerprint = message.fingerprint
      let isNew = previous != nil && message.severity != .note && comparison.isNew(fingerprint)
      try execute(
        """
        INSERT INTO messages (build, job, owner, place, severity, file, line, file_column, text, option, log_line,
          fingerprint, is_new)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """,
        place.values + [
          .integer(Int64(first + index)), .text(message.severity.rawValue), .text(message.file),
          .optional(message.line), .optional(message.column), .text(message.text), .optional(message.option),
          .integer(message.logLine), .integer(fingerprint), .integer(isNew ? 1 : 0),
        ])
    }
  }

  private func insert(_ tests: [TestCase], from first: Int, at place: ResultPlace) throws {
    let next = try nextPlace(in: "tests", of: place.job)
    var stored = try count(of: "tests", in: place.build)
    for (index, test) in tests.enumerated() where first + index >= next && stored < ResultLimits.testsOfBuild {
      defer { stored += 1 }
      try execute(
        """
        INSERT INTO tests (build, job, owner, place, sort, suite, name, status, duration_us, message)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        place.values + [
          .integer(Int64(first + index)), .integer(test.status.places.lowerBound + Int64(stored)), .text(test.suite),
          .text(test.name),
          .text(test.status.rawValue), .optional(test.durationMicroseconds), .optional(test.message),
        ])
    }
  }

  /// Where a job's next result belongs.
  private func nextPlace(in table: StaticString, of job: JobID) throws -> Int {
    let last = try first("SELECT MAX(place) FROM \(table) WHERE job = $1", [.integer(job.rawValue)]) { $0.integer(0) }
    return (last ?? nil).map { Int(clamping: $0) + 1 } ?? 0
  }

  private func count(of table: StaticString, in build: BuildID) throws -> Int {
    try first("SELECT COUNT(*) FROM \(table) WHERE build = $1", [.integer(build.rawValue)]) {
      Int(clamping: $0.integer(0) ?? 0)
    } ?? 0
  }

  private func sumResults(of build: BuildID, comparedWith previous: BuildID?) throws {
    var sum = BuildResults(counts: ResultCounts(), comparedWith: previous)
    try query(
      "SELECT results FROM jobs WHERE build = $1 AND superseded = 0 AND results IS NOT NULL",
      [.integer(build.rawValue)]
    ) { row in sum.counts += ResultText.counts(row.text(0) ?? "") }
    try query(
      """
      SELECT COUNT(CASE WHEN severity = 'error' THEN 1 END), COUNT(CASE WHEN severity = 'warning' THEN 1 END)
      FROM messages WHERE build = $1 AND is_new = 1
      """, [.integer(build.rawValue)]
    ) { row in sum.new = MessageCounts(errors: row.integer(0) ?? 0, warnings: row.integer(1) ?? 0) }
    try execute(
      "UPDATE builds SET results = $2 WHERE id = $1", [.integer(build.rawValue), .text(ResultText.encode(sum))])
  }
}

/// Whose a result is.
private struct ResultPlace {
  var build: BuildID
  var job: JobID
  var owner: Int64

  var values: [DatabaseValue] { [.integer(build.rawValue), .integer(job.rawValue), .integer(owner)] }
}
