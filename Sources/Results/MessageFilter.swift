/// Finds the places of a log that are worth a closer look, eight bytes at a time. Every message has a colon after
/// `warning`, `error` or `note`, or one before what only linkers and make say.
enum MessageFilter {
  /// The first place from `start` that may belong to a message, else the end; counts the lines that end before it.
  static func next(_ bytes: UnsafeRawBufferPointer, from start: Int, lines: inout Int64) -> Int {
    guard let base = bytes.baseAddress else { return start }
    var index = start
    var ended: Int64 = 0
    defer { lines &+= ended }
    // `index` and seven more bytes are in `bytes`.
    while bytes.count &- index >= 8 {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let ends = places(of: 0x0A0A_0A0A_0A0A_0A0A, in: word)
      var colons = places(of: 0x3A3A_3A3A_3A3A_3A3A, in: word)
      while colons != 0 {
        let bit = colons.trailingZeroBitCount
        if isHint(bytes, index &+ bit >> 3) {
          ended &+= count(ends & ((1 << UInt64(bit)) &- 1))
          return index &+ bit >> 3
        }
        colons &= colons &- 1
      }
      ended &+= count(ends)
      index &+= 8
    }
    while index < bytes.count {
      if bytes[index] == colon, isHint(bytes, index) { return index }
      if bytes[index] == newline { ended &+= 1 }
      index += 1
    }
    return index
  }

  /// Where the line that `index` is in begins, looking back to `limit` at most.
  static func lineStart(_ bytes: UnsafeRawBufferPointer, before index: Int, downTo limit: Int) -> Int {
    var start = index
    while start > limit, bytes[start - 1] != newline { start -= 1 }
    return start
  }

  /// The next line end from `index` on, else the end of `bytes`.
  static func lineEnd(_ bytes: UnsafeRawBufferPointer, from index: Int) -> Int {
    var end = index
    while end < bytes.count, bytes[end] != newline { end += 1 }
    return end
  }

  private static let colon = UInt8(ascii: ":")
  private static let newline = UInt8(ascii: "\n")

  /// The highest bit of each byte of `word` that is the byte that `pattern` repeats.
  @inline(__always)
  private static func places(of pattern: UInt64, in word: UInt64) -> UInt64 {
    let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let difference = word ^ pattern
    return ~(((difference & low) &+ low) | difference | low)
  }

  /// How many bytes have their highest bit, where all other bits are 0.
  @inline(__always)
  private static func count(_ places: UInt64) -> Int64 {
    Int64(bitPattern: ((places >> 7) &* 0x0101_0101_0101_0101) >> 56)
  }

  /// True where the colon at `index` may belong to a message.
  private static func isHint(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Bool {
    if index > 0 {
      switch bytes[index - 1] {
      case UInt8(ascii: "g"): if has(bytes, "arning", at: index - 6) { return true }
      case UInt8(ascii: "r"): if has(bytes, "rror", at: index - 4) { return true }
      case UInt8(ascii: "R"): if has(bytes, "ERROR", at: index - 5) { return true }
      case UInt8(ascii: "e"): if has(bytes, "note", at: index - 4) { return true }
      default: break
      }
    }
    guard bytes.count - index > 2, bytes[index + 1] == UInt8(ascii: " ") else { return false }
    switch bytes[index + 2] {
    case UInt8(ascii: "u"): return has(bytes, "undefined reference to", at: index + 2)
    case UInt8(ascii: "m"): return has(bytes, "multiple definition of", at: index + 2)
    case UInt8(ascii: "c"): return has(bytes, "cannot find ", at: index + 2)
    case UInt8(ascii: "*"): return has(bytes, "*** ", at: index + 2)
    default: return false
    }
  }

  private static func has(_ bytes: UnsafeRawBufferPointer, _ word: StaticString, at index: Int) -> Bool {
    guard index >= 0, bytes.count - index >= word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { bytes[index..<(index + $0.count)].elementsEqual($0) }
  }
}
