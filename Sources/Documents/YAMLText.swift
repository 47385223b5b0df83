/// Text as a YAML scalar that reads back as the same text.
public enum YAMLText {
  /// On one line, also between brackets and braces.
  public static func inline(_ text: String) -> String {
    if isPlain(text), !text.utf8.contains(where: { ",[]{}".utf8.contains($0) }) { return text }
    return quotedScalar(text)
  }

  /// As an item of a list: several lines become a block, indented by so many spaces.
  public static func block(_ text: String, indented: Int) -> String {
    if isPlain(text) { return text }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 1, canBeBlock(text, lines) else { return quotedScalar(text) }
    let indent = String(repeating: " ", count: indented)
    let isEnded = lines.last?.isEmpty ?? false
    let kept = isEnded ? lines.dropLast() : lines[...]
    return ([isEnded ? "|" : "|-"] + kept.map { $0.isEmpty ? "" : indent + $0 }).joined(separator: "\n")
  }

  private static func canBeBlock(_ text: String, _ lines: [Substring]) -> Bool {
    guard let first = text.utf8.first, first != 10, first != 32, first != 9, !text.hasSuffix("\n\n") else {
      return false
    }
    return lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0 == "\t" || isPrintable($0) } }
  }

  /// On one line, and in quotes also where another reader of YAML would see a number, a date or a truth value.
  static func portable(_ text: String) -> String {
    guard let first = text.utf8.first else { return quotedScalar(text) }
    let beginsAsText = isLetter(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: "_")
    let words: Set = ["yes", "no", "on", "off", "true", "false", "null"]
    if beginsAsText, !words.contains(text.lowercased()) { return inline(text) }
    return isDuration(text) ? text : quotedScalar(text)
  }

  /// Digits and one unit, as in `60s`.
  private static func isDuration(_ text: String) -> Bool {
    let unit = text.utf8.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return unit.count == 1 && text.utf8.count > 1 && unit.allSatisfy { "smhd".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// True for what needs no quotes where a line begins.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
      text.unicodeScalars.allSatisfy(isPrintable), first != " ", last != " ", last != ":"
    else { return false }
    if "-?:,[]{}#&*!|>'\"%@`=".unicodeScalars.contains(first) { return false }
    if ["~", "null", "Null", "NULL"].contains(text) { return false }
    return text.firstRange(of: ": ") == nil && text.firstRange(of: " #") == nil
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E: true
    case 0xA0...0xD7FF: scalar.value != 0x2028 && scalar.value != 0x2029
    case 0xE000...0xFFFD: scalar.value != 0xFEFF
    default: false
    }
  }

  private static func quotedScalar(_ text: String) -> String {
    if text.unicodeScalars.allSatisfy(isPrintable) {
      return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
    return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return "\\\""
    case "\\": return "\\\\"
    case "\n": return "\\n"
    case "\t": return "\\t"
    case _ where isPrintable(scalar): return String(scalar)
    default:
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }
  }
}
