/// The types of columns, and of the fields that are no rows of a table.
public enum ScalarType: String, Sendable, Hashable, CaseIterable, Codable {
  /// Text.
  case string
  /// True or false.
  case bool
  /// A whole number of 32 bits.
  case int32
  /// A whole number of 64 bits; a number in JSON.
  case int64
  /// A floating-point number.
  case float64
  /// An exact decimal number of any size; text in JSON.
  case decimal
  /// A moment; RFC 3339 in JSON.
  case timestamp
  /// A UUID.
  case uuid
  /// Bytes; base 64 in JSON.
  case bytes
  /// Any JSON value.
  case json
}
