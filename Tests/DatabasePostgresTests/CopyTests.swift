import Crypto
import DatabasePostgres
import DatabaseSQLite
import Model
import PostgreSQL
import Store
import Testing

@testable import DatabaseConformance

/// An installation's database as a copy of the other kind, and back.
@Suite struct CopyTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ name: String) async throws -> any Database {
    try await SQLiteDatabase.open("\(folder.path)/\(name).db")
  }

  private func server() async throws -> any Database { try await PostgresDatabase.open(try TestSchema().uri) }

  private func copy(_ source: any Database, _ target: any Database) async throws -> [String: Int64] {
    let copied = try await DatabaseCopy(from: source, to: target).run(at: at(1)) { _ in }
    return Dictionary(uniqueKeysWithValues: copied)
  }

  /// A database with rows in nearly every table, of a server.
  private func filled() async throws -> any Database {
    let schema = try TestSchema()
    let database = try await PostgresDatabase.open(schema.uri)
    _ = try await Fixture(database)
    let session = try PostgreSQLSession(uri: schema.uri)
    for statement in MillionBuilds.filling(300) { _ = try session.run(statement) }
    // Rows of any size, texts and bytes of any kind, and what is missing.
    _ = try session.run("UPDATE build_plans SET manifest = repeat('æ''\n', 200000) WHERE build % 100 = 0")
    _ = try session.run("UPDATE small_logs SET content = decode(repeat('00ff', 30000), 'hex') WHERE job % 50 = 0")
    return database
  }

  private func tables(of database: any Database) async throws -> Set<String> {
    let sql =
      database.dialect == .sqlite
      ? "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
      : "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
    return try await database.read { connection in
      var names: Set<String> = []
      try connection.query(sql, []) { names.insert($0.text(0) ?? "") }
      return names
    }
  }

  @Test func `every table comes over, whatever tables there are, and back`() async throws {
    let (first, second, third) = (try await filled(), try await file("second"), try await server())
    let there = try await copy(first, second)
    // All that the database itself says it has.
    #expect(try await tables(of: first).subtracting(["migrations"]) == Set(there.keys))
    #expect(there["builds"] == 300 && there["small_logs"] == 900 && there["sealing"] == 1)
    #expect(try await copy(second, third) == there)
    #expect(try await tables(of: third) == tables(of: first))
    for (name, text) in [("build_plans", "manifest"), ("small_logs", "content")] {
      let sizes = "SELECT SUM(LENGTH(\(text))) FROM \(name)"
      #expect(try await number(sizes, first) == number(sizes, third))
    }
    for database in [first, second, third] { await database.close() }
  }

  @Test func `what comes next has the number that it would have had`() async throws {
    let (first, second) = (try await file("first"), try await server())
    let sealer = try Sealer.ephemeral()
    let fixture = try await Fixture(first, sealer: sealer)
    for _ in 0..<3 { try await fixture.submit() }
    // The last one is gone; its number is not used again all the same.
    try await first.write { _ = try $0.execute("DELETE FROM builds WHERE id = 3", []) }
    _ = try await copy(first, second)
    let moved = try await Fixture(second, sealer: sealer).submit()
    #expect(moved.build.id.rawValue == 4 && moved.build.number == 4)
    let third = try await file("third")
    _ = try await copy(second, third)
    let back = try await Fixture(third, sealer: sealer).submit()
    #expect(back.build.id.rawValue == 5 && back.build.number == 5)
    for database in [first, second, third] { await database.close() }
  }

  @Test func `a table that a copy does not know how to make is not forgotten`() async throws {
    let (first, second) = (try await file("first"), try await server())
    _ = try await Fixture(first)
    try await first.write { _ = try $0.execute("CREATE TABLE later (id INTEGER PRIMARY KEY, text TEXT)", []) }
    await #expect(throws: CopyError.different(table: "later", detail: "its columns are others")) {
      _ = try await copy(first, second)
    }
    for database in [first, second] { await database.close() }
  }

  @Test func `what was ended in the middle goes on, and is nothing for a server until it has`() async throws {
    let (first, second) = (try await filled(), try await file("second"))
    await #expect(throws: CancellationError.self) { try await end(first, second) { $0.table == "jobs" } }
    await #expect(throws: StoreError.unfinishedCopy) { _ = try await Fixture(second) }
    await #expect(throws: CopyError.sourceUnfinished) {
      _ = try await DatabaseCopy(from: second, to: try await server()).run(at: at(1)) { _ in }
    }
    let there = try await self.copy(first, second)
    #expect(there["jobs"] == 900)
    for database in [first, second] { await database.close() }
  }

  @Test func `a target that holds anything else is left alone`() async throws {
    let (first, second, third) = (try await file("first"), try await server(), try await file("third"))
    _ = try await Fixture(first)
    _ = try await Fixture(second)
    await #expect(throws: CopyError.targetInUse) { _ = try await copy(first, second) }
    try await DatabaseCopy(from: first, to: third).begin(at: at(0))
    await #expect(throws: CopyError.otherCopy) { _ = try await copy(second, third) }
    await #expect(throws: CopyError.noInstallation) { _ = try await copy(try await file("empty"), second) }
    #expect(try await copy(first, third)["users"] == 1)
    for database in [first, second, third] { await database.close() }
  }

  @Test func `rows that differ are found`() async throws {
    let (first, second) = (try await filled(), try await file("second"))
    await #expect(throws: CancellationError.self) { try await end(first, second) { $0.isComparing } }
    try await second.write { _ = try $0.execute("UPDATE tests SET message = 'x' WHERE id = 7", []) }
    let error = await #expect(throws: CopyError.self) { _ = try await copy(first, second) }
    guard case .different("tests", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    for database in [first, second] { await database.close() }
  }

  /// Begins a copy and cancels it at the first moment that `isEnd` names.
  private func end(
    _ source: any Database, _ target: any Database, _ isEnd: @escaping @Sendable (DatabaseCopy.Progress) -> Bool
  ) async throws {
    let copying = Task {
      _ = try await DatabaseCopy(from: source, to: target).run(at: at(1)) { progress in
        if isEnd(progress) { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    try await copying.value
  }

  private func number(_ sql: String, _ database: any Database) async throws -> Int64 {
    try await database.read { connection in
      var number: Int64 = 0
      try connection.query(sql, []) { number = $0.integer(0) ?? 0 }
      return number
    }
  }
}
