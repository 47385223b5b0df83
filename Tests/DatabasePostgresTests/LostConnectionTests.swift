import Concurrency
import DatabasePostgres
import PostgreSQL
import Store
import Testing

/// What a server that ends connections, or all of them at once, does to those who use it: nothing that they notice.
@Suite struct LostConnectionTests {
  /// Ends all connections to a database, which say by their name whose they are.
  private static func end(_ uri: String) throws {
    let name = try #require(uri.firstRange(of: "application_name=").map { uri[$0.upperBound...].prefix { $0 != "&" } })
    let server = uri.replacing("application_name=\(name)&", with: "")
    _ = try PostgreSQLSession(uri: server).run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [.text(String(name))])
  }

  private static func open() async throws -> (database: any Database, uri: String) {
    let uri = try TestSchema().uri
    let mark = try #require(uri.firstRange(of: "%3D").map { uri[$0.upperBound...] })
    let named = uri.replacing("/postgres?", with: "/postgres?application_name=\(mark)&")
    return (try await PostgresDatabase.open(named), named)
  }

  @Test func `reads and writes go on when their connections are ended`() async throws {
    let (database, uri) = try await Self.open()
    _ = try await database.write { try $0.execute("CREATE TABLE t (i BIGINT NOT NULL PRIMARY KEY)", []) }
    for round in 0..<5 {
      try Self.end(uri)
      try await database.write { _ = try $0.execute("INSERT INTO t VALUES ($1)", [.integer(Int64(round))]) }
      try Self.end(uri)
      #expect(try await Self.count(database) == Int64(round) + 1)
    }
    await database.close()
  }

  @Test func `every write that returned is there once, whenever connections end`() async throws {
    let (database, uri) = try await Self.open()
    _ = try await database.write { try $0.execute("CREATE TABLE t (i BIGINT)", []) }
    let (written, isFurther) = (Lock<Set<Int64>>([]), Wakeup())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for number in 0..<100 {
            let value = Int64(writer * 1000 + number)
            try await database.write { connection in
              _ = try connection.execute("INSERT INTO t VALUES ($1)", [.integer(value)])
              _ = try connection.execute("UPDATE t SET i = i WHERE i = $1", [.integer(value)])
            }
            written.withLock { _ = $0.insert(value) }
            isFurther.signal()
          }
        }
      }
      group.addTask {
        // Each time that they have come a bit further: on a slow machine nothing would ever end otherwise.
        for count in stride(from: 0, to: 800, by: 40) {
          while written.withLock({ $0.count }) < count { await isFurther.wait() }
          try Self.end(uri)
        }
      }
      try await group.waitForAll()
    }
    let found = try await database.read { connection in
      var found: [Int64] = []
      try connection.query("SELECT i FROM t ORDER BY i", []) { found.append($0.integer(0) ?? -1) }
      return found
    }
    #expect(found == written.withLock { $0.sorted() })
    await database.close()
  }

  @Test func `a second server on the same database is refused`() async throws {
    let uri = try TestSchema().uri
    let database = try await PostgresDatabase.open(uri)
    let error = await #expect(throws: DatabaseError.self) { _ = try await PostgresDatabase.open(uri) }
    #expect(error?.code == .locked && error?.message.contains("another server") == true)
    await database.close()
    try await PostgresDatabase.open(uri).close()
  }

  @Test func `a server that is not there is said without the password`() async throws {
    let error = await #expect(throws: DatabaseError.self) {
      _ = try await PostgresDatabase.open("postgres://me:hunter2@127.0.0.1:1/wright")
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("127.0.0.1:1/wright") == true && error?.message.contains("hunter2") == false)
  }

  @Test func `sums of any size are integers`() async throws {
    let (database, _) = try await Self.open()
    let sums = try await database.read { connection in
      var sums: [Int64?] = []
      try connection.query(
        """
        SELECT SUM(CAST($1 AS BIGINT)), SUM(0), SUM(-CAST(10000 AS BIGINT)), SUM(CAST(99990001 AS NUMERIC)), SUM(0.5),
          CAST(9223372036854775808 AS NUMERIC), -5, CAST(-7 AS SMALLINT), COUNT(*)
        """, [.integer(.max)]
      ) { row in sums = (0..<9).map { row.integer($0) } }
      return sums
    }
    #expect(sums == [.max, 0, -10000, 99_990_001, nil, nil, -5, -7, 1])
    await database.close()
  }

  private static func count(_ database: any Database) async throws -> Int64 {
    try await database.read { connection in
      var count: Int64 = -1
      try connection.query("SELECT COUNT(*) FROM t", []) { count = $0.integer(0) ?? -1 }
      return count
    }
  }
}
