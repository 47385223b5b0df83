/// Turns what git writes for a terminal into lines of a log: of the lines that overwrite each other only one in
/// `interval` is kept, and the last.
struct GitProgress {
  private static let interval = Duration.seconds(2)
  /// Longer lines are not progress.
  private static let limit = 4096

  private var line: [UInt8] = []
  private var lastShown: ContinuousClock.Instant

  init(now: ContinuousClock.Instant) { lastShown = now }

  /// Takes the next bytes and returns the lines to show.
  mutating func take(_ bytes: [UInt8], now: ContinuousClock.Instant) -> [UInt8] {
    var shown: [UInt8] = []
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\r"):
        if now - lastShown >= Self.interval {
          lastShown = now
          shown += trimmedLine()
        }
        line.removeAll(keepingCapacity: true)
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
    return text.isEmpty ? [] : text + [UInt8(ascii: "\n")]
  }
}
