/// Where a field of a request comes from.
public struct FieldLocation: Sendable, Hashable {
  /// The places.
  public enum Place: String, Sendable, Hashable, CaseIterable, Codable {
    /// A part of the path.
    case path
    /// The query. Scalars only, but not JSON and bytes.
    case query
    /// A member of the JSON object in the body.
    case body
  }

  /// The field's name.
  public let field: String
  /// Where it comes from.
  public let place: Place
}
