import Concurrency
import Crypto
import DatabaseSQLite
import Model
import Store
import Testing

@testable import DatabaseConformance

@Suite struct SearchTests {
  @Test func `searches wait for each other, lists for nobody`() async throws {
    let folder = try TemporaryFolder()
    let base = try await SQLiteDatabase.open(folder.path + "/wright.db")
    let database = GaugedDatabase(base: base)
    let store = Store(database: database, sealer: try .ephemeral())
    let now = Timestamp(milliseconds: 1)
    try await store.migrate(at: now)
    let owner = try await store.ensureUser(name: "admin", at: now).id
    database.gauge.withLock { $0 = .init() }
    func ask(_ search: String?) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 {
          group.addTask { _ = try await store.builds(BuildQuery(owner: owner, search: search)) }
        }
        try await group.waitForAll()
      }
    }
    try await ask("nothing like this")
    #expect(database.gauge.withLock { $0.most } == 1)
    try await ask("")
    try await ask(nil)
    await base.close()
  }
}

/// Counts the reads that are under way at once.
private struct GaugedDatabase: Database {
  struct Gauge {
    var now = 0
    var most = 0
  }
  let base: any Database
  let gauge = Lock(Gauge())

  var dialect: DatabaseDialect { base.dialect }

  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    gauge.withLock {
      $0.now += 1
      $0.most = max($0.most, $0.now)
    }
    defer { gauge.withLock { $0.now -= 1 } }
    return try await base.read(body)
  }

  func write<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    try await base.write(body)
  }

  func close() async { await base.close() }
}
