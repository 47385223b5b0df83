/// Puts pages of a list together without reading them into values, so that nothing of them is lost or reordered.
enum JSONArrays {
  /// The elements of all `pages` (texts of JSON arrays) in one array, the first `limit` of them.
  static func joined(_ pages: [[UInt8]], limit: Int, count: Int) throws(CommandFailure) -> [UInt8] {
    if pages.count == 1, count <= limit, let only = pages.first { return only.trimmed }
    let all = pages.flatMap { elements($0).map { Array($0) } }
    return [UInt8(ascii: "[")] + Array(all.prefix(limit).joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
  }

  /// The elements of an array, each as its text.
  static func elements(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var found: [ArraySlice<UInt8>] = []
    var depth = 0
    var start: Int?
    var (isString, isEscaped) = (false, false)
    for (index, byte) in text.enumerated() {
      if isString {
        (isString, isEscaped) = (isEscaped || byte != UInt8(ascii: "\""), !isEscaped && byte == UInt8(ascii: "\\"))
        continue
      }
      let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
      if depth == 1, start == nil, !isSpace, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]") { start = index }
      switch byte {
      case UInt8(ascii: "\""): isString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
      let ends = depth == 0 || (depth == 1 && byte == UInt8(ascii: ","))
      if ends, let first = start {
        found.append(text[first..<index])
        start = nil
      }
    }
    return found
  }
}

extension [UInt8] {
  /// Without white space at its end.
  fileprivate var trimmed: [UInt8] {
    guard let last = lastIndex(where: { $0 != 0x20 && !(0x09...0x0D).contains($0) }) else { return [] }
    return Array(self[...last])
  }
}
