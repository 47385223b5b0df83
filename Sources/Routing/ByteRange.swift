/// What a `Range` field asks for (RFC 9110, section 14), of content with a known size.
public enum ByteRange: Sendable, Hashable {
  /// Everything: there was no field, it was not understood, or it asked for several ranges.
  case whole
  /// These bytes, at least one.
  case part(Range<Int64>)
  /// A range that begins past the end.
  case unsatisfiable

  /// Reads the field's value.
  public init(_ field: String?, size: Int64) {
    self = .whole
    guard let field, field.utf8.count <= 100, field.lowercased().hasPrefix("bytes=") else { return }
    let sides = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false).map { $0.trimmingSpaces() }
    guard sides.count == 2 else { return }
    switch (Self.number(sides[0]), Self.number(sides[1])) {
    case (let first?, let last?) where first <= last: select(first, last, size)
    case (let first?, nil) where sides[1].isEmpty: select(first, .max, size)
    case (nil, let count?) where sides[0].isEmpty:
      self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
    default: return
    }
  }

  private mutating func select(_ first: Int64, _ last: Int64, _ size: Int64) {
    self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
  }

  /// Digits only; a number too large for 64 bits is past any end.
  private static func number(_ text: Substring) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int64(text) ?? .max
  }
}
