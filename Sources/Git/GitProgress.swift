/// Turns what git writes for a terminal into lines of a log: of the lines that overwrite each other only one in
/// `interval` is kept, and the last.
struct GitProgress {
  private static let interval = Duration.seconds(2)
  /// Longer lines are not progress.
  private static let limit = 4096

  private var line: [UInt8] = []
  /// True after a carriage return: the next byte tells whether the line is overwritten or ends (ssh ends its so).
  private var isReturned = false
  private var lastShown: ContinuousClock.Instant

  init(now: ContinuousClock.Instant) { lastShown = now }

  /// Takes the next bytes and returns the lines to show.
  mutating func take(_ bytes: [UInt8], now: ContinuousClock.Instant) -> [UInt8] {
    var shown: [UInt8] = []
    for byte in bytes {
      if isReturned && byte != UInt8(ascii: "\n") {
        if now - lastShown >= Self.interval {
          lastShown = now
          shown += trimmedLine()
        }
        line.removeAll(keepingCapacity: true)
      }
      isReturned = byte == UInt8(ascii: "\r")
      switch byte {
      case UInt8(ascii: "\r"): break
      case UInt8(ascii: "\n"):
        shown += trimmedLine()
        line.removeAll(keepingCapacity: true)
      default:
        line.append(byte)
        if line.count >= Self.limit {
          shown += line
          line.removeAll(keepingCapacity: true)
        }
      }
    }
    return shown
  }

  /// The last line, where it had no end.
  mutating func finish() -> [UInt8] {
    defer { line.removeAll() }
    return trimmedLine()
  }

  /// git pads the lines that overwrite others with blanks, and clears to the end of the line by an escape.
  private func trimmedLine() -> [UInt8] {
    var text = line[...]
    if text.suffix(3).elementsEqual("\u{1b}[K".utf8) { text.removeLast(3) }
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    // This one only shows where folders are on the agent's machine.
    if text.isEmpty || text.starts(with: "Cloning into ".utf8) { return [] }
    return text + [UInt8(ascii: "\n")]
  }
}
