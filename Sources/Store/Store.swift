internal import Concurrency
public import Crypto

/// Everything that is known about users, tokens, builds, jobs and artifacts, over one database. Reads take the owner
/// and answer nil for what is somebody else's, so that a caller cannot tell it from what does not exist.
/// Safe from any task; each write is one transaction and durable on return.
public struct Store: Sendable {
  /// Where it is kept.
  public let database: any Database
  /// Seals what must not stand in the database in clear.
  public let sealer: Sealer
  /// A search looks at all of a user's builds. One at a time takes one of the database's readers; the others are left
  /// for what is quick.
  let searches = KeyedTurns<Int>()

  /// A store over an open database. Call `migrate` before anything else.
  public init(database: any Database, sealer: Sealer) {
    self.database = database
    self.sealer = sealer
  }

  /// Throws where the database does not answer.
  public func check() async throws {
    try await database.read { connection in
      _ = try connection.first("SELECT MAX(number) FROM migrations") { $0.integer(0) }
    }
  }
}

extension DatabaseConnection {
  /// The first row of a result, nil where there is none.
  func first<Value>(
    _ sql: String, _ parameters: [DatabaseValue] = [], _ decode: (any DatabaseRow) throws -> Value
  ) throws -> Value? {
    var found: Value?
    try query(sql, parameters) { row in
      if found == nil { found = try decode(row) }
    }
    return found
  }

  /// All rows of a result.
  func all<Value>(
    _ sql: String, _ parameters: [DatabaseValue] = [], _ decode: (any DatabaseRow) throws -> Value
  ) throws -> [Value] {
    var found: [Value] = []
    try query(sql, parameters) { found.append(try decode($0)) }
    return found
  }
}
