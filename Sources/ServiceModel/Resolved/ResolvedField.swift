/// A value of a request or response.
public struct ResolvedField: Sendable, Hashable {
  /// Its name, also in JSON.
  public let name: String
  /// Its type.
  public let type: FieldType
  /// True where NULL is a value: null in JSON, or absent.
  public let isNullable: Bool

  init(_ name: String, _ type: FieldType, isNullable: Bool = false) {
    self.name = name
    self.type = type
    self.isNullable = isNullable
  }
}
