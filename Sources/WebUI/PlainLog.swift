internal import Logs
internal import Routing

/// The end of a log as plain lines, for readers without scripts.
struct PlainLog: Sendable {
  /// At most so many lines.
  static let limit = 1000

  var lines: [LogLine]
  /// Lines in all.
  var total: Int64

  var html: HTML {
    """
    \(cutNote)<pre class="plain-log">\(lines.map(line))</pre>
    """
  }

  private var cutNote: HTML {
    guard let first = lines.first?.number, first > 0 else { return "" }
    return "<p class=\"hint\">The last \(lines.count) of \(total) lines.</p>"
  }

  private func line(_ line: LogLine) -> HTML {
    """
    <span class="plain-line" id="L\(line.number + 1)"><a class="n" href="#L\(line.number + 1)">\(line.number + 1)</a> \
    \(Self.text(line.text))\(line.isCut ? "…" : "")
    </span>
    """
  }

  /// The text that a terminal would show at the end of a line: without escape sequences and other control characters,
  /// and of what was written over with a carriage return only the last.
  static func text(_ bytes: [UInt8]) -> String {
    var shown: [Unicode.Scalar] = []
    var parser = EscapeSkipper()
    var wantsNewLine = false
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars where parser.isText(scalar) {
      if scalar == "\r" {
        wantsNewLine = true
      } else if scalar == "\t" || (scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80...0x9F ~= scalar.value)) {
        if wantsNewLine { shown.removeAll() }
        wantsNewLine = false
        shown.append(scalar)
      }
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: shown)
    return String(text)
  }
}

/// Tells a terminal's escape sequences (ECMA-48) from text, one character at a time.
struct EscapeSkipper: Sendable {
  private enum State { case text, escape, control, string, stringEscape, charset }
  private var state = State.text

  /// Whether the character is text.
  mutating func isText(_ scalar: Unicode.Scalar) -> Bool {
    switch state {
    case .text:
      switch scalar.value {
      case 0x1B: state = .escape
      case 0x9B: state = .control
      case 0x90, 0x98, 0x9D, 0x9E, 0x9F: state = .string
      default: return true
      }
    case .escape:
      switch scalar {
      case "[": state = .control
      case "]", "P", "X", "^", "_": state = .string
      case "(", ")", "*", "+", "#", "%", " ": state = .charset
      default: state = .text
      }
    case .control:
      if (0x40...0x7E).contains(scalar.value) { state = .text }
    case .string:
      if scalar.value == 0x07 || scalar.value == 0x9C { state = .text }
      if scalar.value == 0x1B { state = .stringEscape }
    case .stringEscape: state = scalar == "\\" ? .text : .string
    case .charset: state = .text
    }
    return false
  }
}
