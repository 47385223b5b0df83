/// The body of a Go function that somebody has written, as lines.
struct GoBody {
  private let lines: [(text: Substring, isInText: Bool)]

  init(_ body: String) {
    var scanner = GoScanner()
    var lines: [(text: Substring, isInText: Bool)] = []
    for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
      lines.append((line, scanner.isInRawText))
      for byte in line.utf8 { scanner.take(byte) }
      scanner.take(UInt8(ascii: "\n"))
    }
    let isEmpty = { (line: (text: Substring, isInText: Bool)) in !line.isInText && line.text.allSatisfy(\.isWhitespace)
    }
    let first = lines.firstIndex { !isEmpty($0) } ?? lines.endIndex
    let last = lines.lastIndex { !isEmpty($0) } ?? first - 1
    self.lines = first <= last ? Array(lines[first...last]) : []
  }

  /// The body one tab further to the right. Go is indented by tabs, and many editors of YAML put in spaces: as many as the
  /// first line that has any are one tab. What is within a text of several lines stays as it is.
  var indented: String {
    let unit = lines.lazy.filter { !$0.isInText }.map { $0.text.prefix { $0 == " " }.count }.first { $0 > 0 } ?? 1
    return lines.map { line, isInText in
      guard !isInText else { return line + "\n" }
      let spaces = line.prefix { $0 == " " }.count
      let text = String(repeating: "\t", count: spaces / unit) + line.dropFirst(spaces)
      return text.allSatisfy(\.isWhitespace) ? "\n" : "\t\(text)\n"
    }.joined()
  }
}

/// Goes through Go and knows whether it is in a raw text, which may have several lines.
private struct GoScanner {
  private enum Place {
    case code
    /// Between quotes of this kind.
    case text(UInt8)
    case lineComment
    case comment
  }

  private var place = Place.code
  private var previous: UInt8 = 0

  /// True between back quotes.
  var isInRawText: Bool { if case .text(UInt8(ascii: "`")) = place { true } else { false } }

  mutating func take(_ byte: UInt8) {
    defer { previous = isEscaped(byte) ? 0 : byte }
    switch place {
    case .code: enter(byte)
    case .text(let quote):
      let isEnd = byte == quote && (quote == UInt8(ascii: "`") || previous != UInt8(ascii: "\\"))
      // No other text goes on in the next line.
      if isEnd || (byte == UInt8(ascii: "\n") && quote != UInt8(ascii: "`")) { place = .code }
    case .lineComment: if byte == UInt8(ascii: "\n") { place = .code }
    case .comment: if previous == UInt8(ascii: "*"), byte == UInt8(ascii: "/") { place = .code }
    }
  }

  /// True for a backslash that follows one: what comes next is not escaped.
  private func isEscaped(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\\") && previous == UInt8(ascii: "\\")
  }

  private mutating func enter(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): place = .text(byte)
    case UInt8(ascii: "/") where previous == UInt8(ascii: "/"): place = .lineComment
    case UInt8(ascii: "*") where previous == UInt8(ascii: "/"): place = .comment
    default: break
    }
  }
}
