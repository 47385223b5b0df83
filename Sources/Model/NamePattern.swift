/// One part of a path with `*` (any run of characters) and `?` (any one character), as a shell matches names: a name
/// that begins with a dot only where the pattern does.
public struct NamePattern: Hashable, Sendable {
  private let pattern: [Character]

  /// True where `part` has a character with a meaning of its own.
  public static func isPattern(_ part: String) -> Bool { part.contains { $0 == "*" || $0 == "?" } }

  /// A pattern.
  public init(_ part: String) { pattern = Array(part) }

  /// Whether it matches the whole of a name. Takes time proportional to the product of the lengths, whatever the pattern.
  public func matches(_ name: String) -> Bool {
    let name = Array(name)
    if name.first == ".", pattern.first != "." { return false }
    var (position, index) = (0, 0)
    // Where to go on after the last star, with one character more taken by it.
    var (starPosition, starIndex) = (-1, 0)
    while index < name.count {
      if position < pattern.count, pattern[position] == "*" {
        (starPosition, starIndex) = (position, index)
        position += 1
      } else if position < pattern.count, pattern[position] == "?" || pattern[position] == name[index] {
        position += 1
        index += 1
      } else if starPosition >= 0 {
        starIndex += 1
        (position, index) = (starPosition + 1, starIndex)
      } else {
        return false
      }
    }
    return pattern[position...].allSatisfy { $0 == "*" }
  }
}
