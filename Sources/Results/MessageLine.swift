internal import Model

/// A line of a log taken apart: `place: severity: text [option]`, or what a linker or make says in its own words.
struct MessageLine {
  private let severity: CompilerMessage.Severity
  private let place: MessagePlace
  private let text: ArraySlice<UInt8>

  /// Nil where the line is no message. `folder` is cut off names; it ends in `/`, or is empty.
  init?(_ bytes: [UInt8], folder: [UInt8]) {
    var line = bytes
    if line.contains(0x1B) { line = PlainText.withoutEscapes(line) }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if !folder.isEmpty { line = Self.without(folder, in: line) }
    // What a shell traces, what is quoted, and the source lines that compilers show.
    guard let first = line.first, first != UInt8(ascii: "+"), first != UInt8(ascii: " "), first != 0x09,
      let (end, said) = Self.separation(line), let place = MessagePlace(line[..<end], saidBy: said.kind)
    else { return nil }
    (severity, self.place) = (said.severity, place)
    text = Self.trimmed(line[(end + 2 + said.skipped)...])
    if said.kind == .make, Self.isMakesConsequence(text) { return nil }
  }

  /// The message, which stands at `logLine` of the log.
  func message(logLine: Int64) -> CompilerMessage? {
    let (said, option) = Self.splitOption(text)
    let text = PlainText.line(said, limit: ResultLimits.textBytes)
    let file = PlainText.line(place.file, limit: ResultLimits.nameBytes)
    if text.isEmpty || file.isEmpty { return nil }
    return CompilerMessage(
      severity: severity, file: file, line: place.line, column: place.column, text: text,
      option: option.map { PlainText.line($0, limit: ResultLimits.optionBytes) }, logLine: logLine)
  }

  /// Who speaks in words of this kind.
  enum Kind { case anybody, linker, make }

  private struct Saying {
    let words: StaticString
    let severity: CompilerMessage.Severity
    var kind = Kind.anybody

    /// What does not belong to the text: `warning: ` does not, `undefined reference to` does.
    var skipped: Int { kind == .linker ? 0 : words.utf8CodeUnitCount }
  }

  /// What may stand after the place, with the letter it begins with in common.
  private static let sayings = [
    Saying(words: "warning:", severity: .warning), Saying(words: "error:", severity: .error),
    Saying(words: "fatal error:", severity: .error), Saying(words: "note:", severity: .note),
    Saying(words: "internal compiler error:", severity: .error), Saying(words: "Warning:", severity: .warning),
    Saying(words: "Error:", severity: .error), Saying(words: "ERROR:", severity: .error),
    Saying(words: "undefined reference to", severity: .error, kind: .linker),
    Saying(words: "multiple definition of", severity: .error, kind: .linker),
    Saying(words: "cannot find ", severity: .error, kind: .linker),
    Saying(words: "*** ", severity: .error, kind: .make),
  ]

  /// The first `: ` that one of the sayings follows.
  private static func separation(_ line: [UInt8]) -> (end: Int, Saying)? {
    var index = 1
    while line.count - index > 2 {
      if line[index] == UInt8(ascii: ":"), line[index + 1] == UInt8(ascii: " ") {
        let rest = line[(index + 2)...]
        if let said = sayings.first(where: { begins(rest, $0.words) }) { return (index, said) }
      }
      index += 1
    }
    return nil
  }

  private static func begins(_ bytes: ArraySlice<UInt8>, _ words: StaticString) -> Bool {
    words.withUTF8Buffer { bytes.first == $0.first && bytes.starts(with: $0) }
  }

  /// `[Makefile:4: a.o] Error 1` follows from what was said before.
  private static func isMakesConsequence(_ text: ArraySlice<UInt8>) -> Bool {
    text.first == UInt8(ascii: "[") || begins(text, "Waiting for unfinished jobs")
  }

  /// `text [-Wunused]` as `text` and `-Wunused`.
  private static func splitOption(_ text: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>?) {
    guard text.last == UInt8(ascii: "]"), let open = text.lastIndex(of: UInt8(ascii: "[")) else { return (text, nil) }
    let option = text[(open + 1)..<(text.endIndex - 1)]
    guard option.first == UInt8(ascii: "-"), option.count > 1, !option.contains(UInt8(ascii: " ")) else {
      return (text, nil)
    }
    return (trimmed(text[..<open]), option)
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var rest = bytes.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }

  private static func without(_ folder: [UInt8], in line: [UInt8]) -> [UInt8] {
    var kept: [UInt8] = []
    var index = 0
    while index < line.count {
      if line[index] == folder[0], line[index...].starts(with: folder) {
        index += folder.count
      } else {
        kept.append(line[index])
        index += 1
      }
    }
    return kept
  }
}
