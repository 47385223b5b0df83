/// Lists and dictionaries of text in one column: a line an entry, a tab between key and value, with `\\`, `\n` and
/// `\t` for these characters themselves. Much faster to read than JSON, which matters in lists.
enum TextFields {
  static func encode(_ list: [String]) -> String {
    list.map(escape).joined(separator: "\n")
  }

  static func encode(_ dictionary: [String: String]) -> String {
    dictionary.sorted { $0.key < $1.key }.map { escape($0.key) + "\t" + escape($0.value) }.joined(separator: "\n")
  }

  static func list(_ text: String) -> [String] {
    if text.isEmpty { return [] }
    return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(unescape)
  }

  static func dictionary(_ text: String) -> [String: String] {
    if text.isEmpty { return [:] }
    var result: [String: String] = [:]
    for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
      guard let key = parts.first else { continue }
      result[unescape(key)] = parts.count > 1 ? unescape(parts[1]) : ""
    }
    return result
  }

  private static func escape(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x09 }) else { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x5C: bytes += [0x5C, 0x5C]
      case 0x0A: bytes += [0x5C, UInt8(ascii: "n")]
      case 0x09: bytes += [0x5C, UInt8(ascii: "t")]
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func unescape(_ text: Substring.UTF8View) -> String {
    guard text.contains(0x5C) else { return String(decoding: text, as: UTF8.self) }
    var bytes: [UInt8] = []
    var escaped = false
    for byte in text {
      if escaped {
        bytes.append(byte == UInt8(ascii: "n") ? 0x0A : byte == UInt8(ascii: "t") ? 0x09 : byte)
        escaped = false
      } else if byte == 0x5C {
        escaped = true
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
