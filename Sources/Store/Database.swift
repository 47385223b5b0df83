/// A relational database: SQLite or PostgreSQL. The store's SQL is written once, in what both understand: `$1`
/// parameters, `RETURNING`, `ON CONFLICT`, times as integer milliseconds. Safe from any task.
public protocol Database: Sendable {
  /// What a migration has to spell differently for this database.
  var dialect: DatabaseDialect { get }
  /// Runs `body` with a connection that only reads, in a consistent snapshot, on a thread that may block.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result
  /// Runs `body` in a transaction that is durable on return; an error rolls back what `body` did, and only that.
  /// Several bodies that arrive together may share one transaction.
  func write<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result
  /// Waits for what is under way and closes the database. Later calls throw.
  func close() async
}

/// A connection inside `read` or `write`; not to be kept.
public protocol DatabaseConnection {
  /// Runs a statement and hands over each row. `row` is valid only during the call.
  func query(_ sql: String, _ parameters: [DatabaseValue], _ body: (any DatabaseRow) throws -> Void) throws
  /// Runs a statement and returns the number of rows that it changed.
  @discardableResult
  func execute(_ sql: String, _ parameters: [DatabaseValue]) throws -> Int
}

/// One row of a result. Columns count from 0; a column that is missing or of another type reads as nil.
public protocol DatabaseRow {
  /// An integer, or nil for NULL.
  func integer(_ column: Int) -> Int64?
  /// A text, or nil for NULL.
  func text(_ column: Int) -> String?
  /// Bytes, or nil for NULL.
  func bytes(_ column: Int) -> [UInt8]?
}

/// A statement's parameter.
public enum DatabaseValue: Sendable, Hashable {
  /// NULL.
  case null
  /// A 64-bit integer; booleans are 0 and 1, times milliseconds.
  case integer(Int64)
  /// A text.
  case text(String)
  /// Bytes.
  case bytes([UInt8])

  /// NULL for nil.
  public static func optional(_ value: Int64?) -> DatabaseValue { value.map { .integer($0) } ?? .null }
  /// NULL for nil.
  public static func optional(_ value: String?) -> DatabaseValue { value.map { .text($0) } ?? .null }
}

/// A database that refused.
public struct DatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of refusal it was, the same for every database.
  public enum Code: Sendable, Hashable {
    /// A unique, foreign-key, check or not-null constraint.
    case constraint
    /// The disk is full.
    case full
    /// Another process holds it.
    case locked
    /// Another server leads, or has begun to.
    case following
    /// The file or server cannot be reached or is not a database.
    case unavailable
    /// It was closed.
    case closed
    /// Anything else; a defect of ours.
    case other
  }
  /// The kind.
  public var code: Code
  /// The database's own words.
  public var message: String

  /// An error.
  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }

  /// The database's own words.
  public var description: String { message }

  /// What every write throws on a server that does not lead.
  public static let following = DatabaseError(
    code: .following, message: "another server leads, and only that one writes to the database")

  /// What every call after `close` throws.
  public static let closed = DatabaseError(code: .closed, message: "the database is closed")
}
