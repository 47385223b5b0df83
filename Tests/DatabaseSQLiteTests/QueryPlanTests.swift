import Concurrency
import DatabaseSQLite
@testable import DatabaseConformance
import Store
import Testing

@Suite struct QueryPlanTests {
  /// Tables that grow with use. Those of users and namespaces stay small.
  private static let bigTables = [
    "builds", "build_plans", "build_tags", "jobs", "artifacts", "tokens", "repositories", "repository_refs",
    "messages", "tests", "cache_paths", "cache_tokens", "cache_uploads",
  ]
  /// Partial indices that hold few rows, so that walking one is cheap.
  private static let smallIndices = ["builds_queued", "builds_running"]
  /// Walked once, when the server starts.
  private static let startIndices = ["repositories_due"]
  /// Metrics count all builds, a hundredth of the time at most; the chart of the queue joins some thousand minutes; of
  /// servers there are a handful.
  private static let allowed = [
    "SELECT status, COUNT(*) FROM builds GROUP BY", "SELECT minute / $2 * $2", "SELECT id, address, version, schema",
  ]

  @Test func `no statement of the store walks a big table or sorts what it could read in order`() async throws {
    let folder = try TemporaryFolder()
    let database = try await SQLiteDatabase.open(folder.path + "/wright.db")
    _ = try await Fixture(database)
    let statements = try await Self.recorded()
    #expect(statements.count > 40)
    let notPlanned = ["CREATE", "ALTER"] + Self.allowed
    for (sql, parameters) in statements where !notPlanned.contains(where: sql.hasPrefix) {
      let plan = try await database.read { connection in
        var plan: [String] = []
        try connection.query("EXPLAIN QUERY PLAN " + sql, parameters) { plan.append($0.text(3) ?? "") }
        return plan
      }
      for step in plan {
        #expect(!Self.isExpensive(step), "\(step) in: \(sql)")
      }
    }
    await database.close()
  }

  @Test(arguments: [
    ("SCAN b", true), ("SCAN jobs", true), ("SCAN b USING INDEX builds_owner", true),
    ("SCAN builds USING COVERING INDEX builds_queued", false), ("SCAN users", false),
    ("SEARCH b USING INDEX builds_owner (owner=? AND id<?)", false), ("USE TEMP B-TREE FOR ORDER BY", true),
  ])
  func `knows an expensive step`(_ step: String, _ isExpensive: Bool) {
    #expect(Self.isExpensive(step) == isExpensive)
  }

  private static func isExpensive(_ step: String) -> Bool {
    if step.hasPrefix("USE TEMP B-TREE") { return true }
    guard step.hasPrefix("SCAN ") else { return false }
    let names = ["a", "b", "f", "j", "m", "o", "p", "r", "t", "newer_a", "newer_o"] + bigTables
    let scanned = step.dropFirst(5).prefix { $0 != " " }
    return names.contains(String(scanned)) && !(smallIndices + startIndices).contains { step.contains($0) }
  }

  /// Everything that the store asks of a database.
  private static func recorded() async throws -> [String: [DatabaseValue]] {
    let folder = try TemporaryFolder()
    let number = Lock(0)
    return try await QueryTour.statements {
      let next = number.withLock { number in
        number += 1
        return number
      }
      return try await SQLiteDatabase.open(folder.path + "/\(next).db")
    }
  }
}
