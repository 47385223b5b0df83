/// A type of a field, as `int64`, `entity.products` or `[]entity.products`.
public struct FieldType: Sendable, Hashable, CustomStringConvertible {
  /// What a value, or each value of a list, is.
  public enum Element: Sendable, Hashable {
    /// A single value.
    case scalar(ScalarType)
    /// A row of the table of this name.
    case entity(String)
  }

  /// What a value, or each value of the list, is.
  public var element: Element
  /// True for a list.
  public var isList: Bool

  /// A type.
  public init(_ element: Element, isList: Bool = false) {
    self.element = element
    self.isList = isList
  }

  /// From the notation; nil where it is none. Whether there is such a table is another question.
  public init?(_ text: String) {
    isList = text.hasPrefix("[]")
    let name = isList ? String(text.dropFirst(2)) : text
    if let scalar = ScalarType(rawValue: name) {
      element = .scalar(scalar)
    } else if name.hasPrefix("entity."), name.utf8.count > 7 {
      element = .entity(String(name.dropFirst(7)))
    } else {
      return nil
    }
  }

  /// A single value of this type.
  public static func scalar(_ type: ScalarType) -> FieldType { FieldType(.scalar(type)) }

  /// The notation.
  public var description: String {
    switch element {
    case .scalar(let type): (isList ? "[]" : "") + type.rawValue
    case .entity(let table): (isList ? "[]" : "") + "entity." + table
    }
  }

  /// The table whose rows the values are; nil for scalars.
  public var table: String? {
    if case .entity(let table) = element { table } else { nil }
  }

  /// The type of a single value; nil for lists and rows.
  public var scalar: ScalarType? {
    if case .scalar(let type) = element, !isList { type } else { nil }
  }
}
