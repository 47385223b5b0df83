/// An operation on a key of Redis. Values are JSON: a scalar, a row as its object, or a list of them.
public enum RedisOperation: Sendable, Hashable {
  /// Gives `data` of the type; a miss where there is none.
  case get(KeyTemplate, FieldType)
  /// Keeps the request's `data` of the type, for so many seconds or without end.
  case set(KeyTemplate, FieldType, seconds: Int64?)
  /// Deletes it, and gives `count`: 1 or 0.
  case delete(KeyTemplate)
}
