/// Looks at a text before the parser does, because the parser gives no position for bytes that it cannot read.
struct TextCheck {
  private var line = 1
  private var column = 1

  /// Where the text ends. Throws the first thing that cannot be in a YAML text.
  static func end(of bytes: UnsafeBufferPointer<UInt8>) throws(YAMLProblem) -> YAMLMark {
    if let problem = byteOrderMark(bytes) { throw problem }
    var check = TextCheck()
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x80 {
        guard let (scalar, length) = decode(bytes, at: index) else {
          throw check.problem("the file is not valid UTF-8 here (byte 0x\(hexadecimal(UInt32(byte))))")
        }
        guard isPrintable(scalar) else {
          throw check.problem("the character U+\(hexadecimal(scalar)) is not allowed")
        }
        index += length
        check.advance(isLineEnd: scalar == 0x85 || scalar == 0x2028 || scalar == 0x2029)
      } else {
        if byte < 0x20 || byte == 0x7F, let message = refusal(ofControl: byte) { throw check.problem(message) }
        index += 1
        let isPair = byte == 0x0D && index < bytes.count && bytes[index] == 0x0A
        check.advance(isLineEnd: !isPair && (byte == 0x0A || byte == 0x0D))
      }
    }
    return YAMLMark(line: check.line, column: check.column)
  }

  private mutating func advance(isLineEnd: Bool) {
    if isLineEnd {
      line += 1
      column = 1
    } else {
      column += 1
    }
  }

  private func problem(_ message: String) -> YAMLProblem {
    YAMLProblem(message, at: YAMLMark(line: line, column: column))
  }

  private static func byteOrderMark(_ bytes: UnsafeBufferPointer<UInt8>) -> YAMLProblem? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      return YAMLProblem("the file begins with a byte order mark; save it as UTF-8 without one", at: .start)
    }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return YAMLProblem("the file is UTF-16; save it as UTF-8", at: .start)
    }
    return nil
  }

  private static func refusal(ofControl byte: UInt8) -> String? {
    switch byte {
    case 0x09, 0x0A, 0x0D: nil
    case 0x00: "a NUL byte is not allowed; is this a text file?"
    default: "the control character U+\(hexadecimal(UInt32(byte))) is not allowed"
    }
  }

  /// What YAML 1.1 calls printable, of the characters beyond ASCII.
  private static func isPrintable(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// The character of several bytes at `index` and its length, where it is valid: shortest form, no surrogate.
  private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (UInt32, Int)? {
    let first = bytes[index]
    let (length, bits, least): (Int, UInt8, UInt32)
    switch first {
    case 0xC2...0xDF: (length, bits, least) = (2, first & 0x1F, 0x80)
    case 0xE0...0xEF: (length, bits, least) = (3, first & 0x0F, 0x800)
    case 0xF0...0xF4: (length, bits, least) = (4, first & 0x07, 0x10000)
    default: return nil
    }
    guard bytes.count - index >= length else { return nil }
    var scalar = UInt32(bits)
    for offset in 1..<length {
      let next = bytes[index + offset]
      guard next & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(next & 0x3F)
    }
    guard scalar >= least, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
    return (scalar, length)
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, (value < 0x100 ? 2 : 4) - digits.count)) + digits
  }
}
