internal import Results

/// Cuts a log's bytes into the lines that people see: without their ends, without terminals' escapes, without empty
/// ones. What is not UTF-8 becomes U+FFFD.
struct LogLineSplitter: Sendable {
  /// Bytes of a line; longer ones become several.
  static let limit = 64 << 10

  private var filter = EscapeFilter()
  private var line: [UInt8] = []

  /// Takes the next bytes and returns the lines that are complete.
  mutating func take(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line += filter.filter(rest[..<end])
      // An escape does not go on over the end of a line.
      filter = EscapeFilter()
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      lines += take(all: true)
      rest = rest[(end + 1)...]
    }
    line += filter.filter(rest)
    return lines + take(all: false)
  }

  /// The last line, should its end be missing.
  mutating func finish() -> [String] { take(all: true) }

  /// Takes lines of at most the limit from what there is; with `all`, what is left too.
  private mutating func take(all: Bool) -> [String] {
    guard all || line.count > Self.limit else { return [] }
    let count = all ? line.count : UTF8Boundary.completeCount(line)
    let text = String(decoding: line.prefix(count), as: UTF8.self)
    line.removeFirst(count)
    return Self.pieces(text)
  }

  private static func pieces(_ text: String) -> [String] {
    if text.isEmpty { return [] }
    guard text.utf8.count > limit else { return [text] }
    var pieces: [String] = []
    var piece = String.UnicodeScalarView()
    var size = 0
    for scalar in text.unicodeScalars {
      let width = UTF8.width(scalar)
      if size + width > limit {
        pieces.append(String(piece))
        (piece, size) = (String.UnicodeScalarView(), 0)
      }
      piece.append(scalar)
      size += width
    }
    if !piece.isEmpty { pieces.append(String(piece)) }
    return pieces
  }
}
