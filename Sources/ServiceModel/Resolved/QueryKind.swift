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
