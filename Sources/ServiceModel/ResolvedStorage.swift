/// A query of PostgreSQL, ready to be sent.
public struct SQLQuery: Sendable, Hashable {
  /// What it does.
  public let kind: QueryKind
  /// The table; nil for a raw query.
  public let table: String?
  /// The statement with `$1`, `$2`, ...; names of tables and columns are quoted.
  public let statement: String
  /// The fields of the request that `$1`, `$2`, ... stand for, in order. One may stand twice.
  public let parameters: [String]
  /// What comes back.
  public let outcome: SQLOutcome
}

/// The types of queries.
public enum QueryKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// Reads rows.
  case read
  /// Adds a row.
  case insert
  /// Changes rows.
  case update
  /// Deletes rows.
  case delete
  /// Is written by hand.
  case raw
}

/// What a query gives.
public enum SQLOutcome: Sendable, Hashable {
  /// `data`: one row of the table, or none, which is a miss. The columns are those of the table in order; those of a
  /// raw query come in any order, and are told by their names.
  case row(table: String)
  /// `data`: any number of such rows.
  case rows(table: String)
  /// `data`: the first column of one row, or of none, which is a miss; it may be NULL.
  case value(ScalarType)
  /// `data`: the first column of each row; never NULL.
  case values(ScalarType)
  /// `count`: the number in the only row and column.
  case counted
  /// `count`: how many rows the statement has changed.
  case affected
}

/// An operation on a key of Redis. Values are JSON: a scalar, a row as its object, or a list of them.
public enum RedisOperation: Sendable, Hashable {
  /// Gives `data` of the type; a miss where there is none.
  case get(KeyTemplate, FieldType)
  /// Keeps the request's `data` of the type, for so many seconds or without end.
  case set(KeyTemplate, FieldType, seconds: Int64?)
  /// Deletes it, and gives `count`: 1 or 0.
  case delete(KeyTemplate)
}

/// An operation on an object of a bucket.
public enum FileOperation: Sendable, Hashable {
  /// Stores the request's `data`, which is bytes.
  case put(KeyTemplate)
  /// Gives `data`; a miss where there is none.
  case get(KeyTemplate)
  /// Deletes it, also where there is none.
  case delete(KeyTemplate)
  /// Gives `url`, text, with which anybody may fetch the object for so many seconds.
  case presign(KeyTemplate, seconds: Int64)
}
