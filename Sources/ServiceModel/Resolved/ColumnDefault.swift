/// The value of a column where a row gives none.
public enum ColumnDefault: Sendable, Hashable {
  /// A value in the notation of the column's type: `0`, `true`, `{"a": 1}`, `2024-01-01T00:00:00Z`; bytes in base 64.
  case literal(String)
  /// The moment of the insertion: `now()`.
  case now
  /// A random UUID: `gen_random_uuid()`; also that of a UUID that alone is the primary key.
  case randomUUID
  /// The next number, for an integer that alone is the primary key.
  case identity
}
