internal import Model

/// Text from logs and reports as it is kept: valid, bounded, without what a terminal or a page would obey.
enum PlainText {
  /// `bytes` as one line: escape sequences and control characters are gone, tabs are spaces, what is longer than
  /// `limit` bytes is cut at a character and ends in an ellipsis.
  static func line(_ bytes: some Sequence<UInt8>, limit: Int) -> String {
    bounded(String(decoding: withoutEscapes(bytes), as: UTF8.self), limit: limit, keepsLines: false)
  }

  /// The same for text of several lines, which keep their ends and tabs; blanks at the end are gone.
  static func lines(_ text: String, limit: Int) -> String {
    bounded(String(decoding: withoutEscapes(text.utf8), as: UTF8.self), limit: limit, keepsLines: true)
  }

  private static func bounded(_ text: String, limit: Int, keepsLines: Bool) -> String {
    var kept = String.UnicodeScalarView()
    var size = 0
    for scalar in text.unicodeScalars {
      guard let shown = shown(scalar, keepsLines) else { continue }
      size += UTF8.width(shown)
      if size > limit {
        kept.append("\u{2026}")
        break
      }
      kept.append(shown)
    }
    while let last = kept.last, last == " " || last == "\n" { kept.removeLast() }
    return String(kept)
  }

  /// What stands for a character; nil where it is left out.
  private static func shown(_ scalar: Unicode.Scalar, _ keepsLines: Bool) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x09: keepsLines ? scalar : " "
    case 0x0A: keepsLines ? scalar : " "
    case 0..<0x20, 0x7F..<0xA0: nil
    // Marks that change the direction of what follows.
    case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: nil
    case 0x2028, 0x2029: keepsLines ? "\n" : " "
    default: scalar
    }
  }

  /// Without terminals' escape sequences.
  static func withoutEscapes(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var filter = EscapeFilter()
    return filter.filter(bytes)
  }
}
