/// A value of a request or response.
public struct Field: Sendable, Hashable {
  /// An identifier, unique in its list.
  public var name: String
  /// As written; `fieldType` says whether it is known.
  public var type: String

  /// A field.
  public init(name: String, type: String) {
    self.name = name
    self.type = type
  }

  /// What the type means; nil where it is unknown.
  public var fieldType: FieldType? { FieldType(type) }
}
