internal import Documents
internal import FoundationEssentials

extension ColumnDefault {
  /// The default of a column as written; nil where it is no value of the type.
  init?(_ text: String, of type: ScalarType) {
    let call = text.lowercased()
    switch type {
    case .timestamp where call == "now()" || call == "current_timestamp": self = .now
    case .uuid where call == "gen_random_uuid()": self = .randomUUID
    // What PostgreSQL says of a serial column.
    case .int32 where call.hasPrefix("nextval("), .int64 where call.hasPrefix("nextval("): self = .identity
    default:
      guard Self.isValue(text, of: type) else { return nil }
      self = .literal(text)
    }
  }

  private static func isValue(_ text: String, of type: ScalarType) -> Bool {
    switch type {
    case .string: true
    case .bool: text == "true" || text == "false"
    case .int32: Int32(text) != nil
    case .int64: Int64(text) != nil
    case .float64: isDecimal(text) || Double(text).map { $0.isFinite && isPlainNumber(text) } ?? false
    case .decimal: isDecimal(text)
    case .timestamp: isTimestamp(text)
    case .uuid: isUUID(text)
    case .bytes: Data(base64Encoded: text) != nil
    case .json: (try? JSONDecoder().decode(DocumentValue.self, from: Data(text.utf8))) != nil
    }
  }

  /// Neither `nan` nor hexadecimal, which `Double` reads too.
  private static func isPlainNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { IdentifierRules.isDigit($0) || "+-.eE".utf8.contains($0) }
  }

  private static func isDecimal(_ text: String) -> Bool {
    let digits = text.utf8.first.map { "+-".utf8.contains($0) } ?? false ? text.utf8.dropFirst() : text.utf8[...]
    let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(IdentifierRules.isDigit) }
  }

  private static func isTimestamp(_ text: String) -> Bool {
    let style = Date.ISO8601FormatStyle()
    return [style, style.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .colon)]
      .contains { (try? $0.parse(text)) != nil }
  }

  private static func isUUID(_ text: String) -> Bool {
    UUID(uuidString: text) != nil && text.utf8.count == 36
  }
}
