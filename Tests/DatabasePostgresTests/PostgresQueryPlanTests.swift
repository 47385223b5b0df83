import Concurrency
import DatabasePostgres
import DatabaseSQLite
import PostgreSQL
import Store
import Testing

@testable import DatabaseConformance

/// How the server would carry out what the store asks, with a million builds.
@Suite struct PostgresQueryPlanTests {
  /// What may look at more than it answers with, and how much that may cost; a page of the disk in order costs 1.
  private static let allowed: [(words: String, cost: Double, why: String)] = [
    ("b.search LIKE", 100_000, "a search looks at all builds of its owner, and there is one search at a time"),
    ("t.tag = $3 AND", 50_000, "a tag with a further filter looks at the builds of the tag"),
    ("SELECT status, COUNT(*) FROM builds GROUP BY", 100_000, "metrics do it a hundredth of the time at most"),
    ("FROM cache_paths WHERE cache = $1", 100_000, "a collection, and the end of a cache, is about all of its paths"),
  ]
  /// What everything else may cost: some thousand rows found by an index.
  private static let usualCost = 20_000.0

  @Test func `no statement of the store walks a large table or sorts a large set, with a million builds`() async throws
  {
    let statements = try await Self.recorded()
    #expect(statements.count > 200)
    let database = try await MillionBuilds()
    try Self.prepare(database.session)
    for (sql, parameters) in statements.sorted(by: { $0.key < $1.key }) where Self.isPlanned(sql) {
      let plans = try Self.plans(of: sql, parameters, database.session)
      #expect(!plans.isEmpty)
      let allowance = Self.allowed.first { sql.contains($0.words) }
      for plan in Set(plans.map(\.summary)).sorted() {
        let plan = try #require(plans.first { $0.summary == plan })
        if allowance == nil {
          #expect(plan.expense(MillionBuilds.large) == nil, "\(plan.summary) for: \(sql)")
        }
        let limit = allowance?.cost ?? Self.usualCost
        #expect(plan.cost <= limit, "\(plan.cost) \(plan.summary) for: \(sql)")
      }
    }
  }

  @Test func `every method of the store is called by a check, so that its statements are looked at`() throws {
    #expect(try QueryTour.uncalled() == [])
  }

  @Test func `what refers to rows that are deleted is found by an index`() async throws {
    let deleted = try await Self.recorded().keys.compactMap { sql in
      sql.hasPrefix("DELETE FROM ") ? sql.dropFirst(12).prefix { $0 != " " && $0 != "\n" } : nil
    }
    #expect(deleted.contains("builds"))
    let schema = try TestSchema()
    let database = try await PostgresDatabase.open(schema.uri)
    _ = try await Fixture(database)
    await database.close()
    // Rows of these tables go, and with them those that are deleted in a cascade.
    let missing = try PostgreSQLSession(uri: schema.uri).run(
      """
      WITH RECURSIVE gone AS (
        SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace
          AND relname = ANY (string_to_array($1, ','))
        UNION SELECT conrelid FROM pg_constraint JOIN gone ON confrelid = gone.oid WHERE confdeltype = 'c')
      SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint c JOIN gone ON c.confrelid = gone.oid
      WHERE contype = 'f' AND conrelid::regclass::text = ANY (string_to_array($2, ',')) AND NOT EXISTS (
        SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
      """,
      [.text(Set(deleted).joined(separator: ",")), .text(MillionBuilds.large.joined(separator: ","))])
    for row in 0..<missing.rowCount { Issue.record("no index for \(missing.text(row, 0) ?? "")") }
  }

  @Test func `knows a walk, a large sort, and what is cheap`() throws {
    func plan(_ node: String) throws -> PlanNode {
      try #require(try PlanNode.plan(of: "[{\"Plan\": \(node)}]"))
    }
    func node(_ type: String, _ rest: String = "", rows: Int = 1) -> String {
      "{\"Node Type\": \"\(type)\", \"Plan Rows\": \(rows), \"Total Cost\": 1\(rest)}"
    }
    let walk = node("Seq Scan", ", \"Relation Name\": \"builds\"", rows: 1_000_000)
    #expect(try plan(walk).expense(["builds"]) == "walks all of builds")
    #expect(try plan(walk).expense(["users"]) == nil)
    #expect(try plan(node("Limit", ", \"Plans\": [\(walk)]")).expense(["builds"]) != nil)
    #expect(try plan(node("Sort", ", \"Plans\": [\(walk)]")).expense([]) == "sorts 1000000 rows")
    #expect(try plan(node("Sort", ", \"Plans\": [\(node("Index Scan"))]")).expense([]) == nil)
  }

  private static func isPlanned(_ sql: String) -> Bool {
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { sql.hasPrefix($0) }
  }

  /// Everything that the store asks of a database, found out with one that is quickly made.
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

  /// Makes the function that explains a statement as a connection would carry it out the first and the sixth time:
  /// from then on the server may use one plan for all parameters.
  private static func prepare(_ session: PostgreSQLSession) throws {
    _ = try session.run(
      """
      CREATE FUNCTION plans(statement text, types text, arguments text) RETURNS SETOF text LANGUAGE plpgsql AS $body$
      DECLARE
        line json;
      BEGIN
        EXECUTE 'PREPARE asked ' || types || ' AS ' || statement;
        FOR round IN 1..6 LOOP
          FOR line IN EXECUTE 'EXPLAIN (FORMAT JSON) EXECUTE asked ' || arguments LOOP
            RETURN NEXT line::text;
          END LOOP;
        END LOOP;
        EXECUTE 'DEALLOCATE asked';
      END $body$
      """)
  }

  private static func plans(
    of sql: String, _ parameters: [DatabaseValue], _ session: PostgreSQLSession
  ) throws -> [PlanNode] {
    func list(_ words: [String]) -> String { words.isEmpty ? "" : "(\(words.joined(separator: ", ")))" }
    let answer = try session.run(
      "SELECT plans($1, $2, $3)",
      [.text(sql), .text(list(parameters.map(\.typeName))), .text(list(parameters.map(\.literal)))])
    return try (0..<answer.rowCount).compactMap { try PlanNode.plan(of: answer.text($0, 0) ?? "") }
  }
}

extension DatabaseValue {
  /// The type that the adapter gives a parameter.
  fileprivate var typeName: String {
    switch self {
    case .null: "unknown"
    case .integer: "bigint"
    case .text: "text"
    case .bytes: "bytea"
    }
  }

  fileprivate var literal: String {
    switch self {
    case .null: "NULL"
    case .integer(let number): "'\(number)'"
    case .text(let text): "'\(text.replacing("'", with: "''"))'"
    case .bytes(let bytes): "decode('\(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())', 'hex')"
    }
  }
}
