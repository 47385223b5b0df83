import Concurrency
import Store

/// Passes everything on to a database and remembers each statement with its parameters.
struct RecordingDatabase: Database {
  let base: any Database
  let statements = Lock<[String: [DatabaseValue]]>([:])

  var dialect: DatabaseDialect { base.dialect }

  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    try await base.read { try body(Connection(base: $0, statements: statements)) }
  }

  func write<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    try await base.write { try body(Connection(base: $0, statements: statements)) }
  }

  func close() async { await base.close() }

  struct Connection: DatabaseConnection {
    let base: any DatabaseConnection
    let statements: Lock<[String: [DatabaseValue]]>

    func query(_ sql: String, _ parameters: [DatabaseValue], _ body: (any DatabaseRow) throws -> Void) throws {
      statements.withLock { $0[sql] = parameters }
      try base.query(sql, parameters, body)
    }

    func execute(_ sql: String, _ parameters: [DatabaseValue]) throws -> Int {
      statements.withLock { $0[sql] = parameters }
      return try base.execute(sql, parameters)
    }
  }
}
