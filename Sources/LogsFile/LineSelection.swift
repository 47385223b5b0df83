internal import Logs

/// Which lines answer a request, decided from the index before a byte of text is read.
struct LineSelection {
  /// The most lines in one answer.
  static let maximumLines = 100_000
  /// The most bytes of text in one answer.
  static let maximumBytes = 4 << 20

  private var lines: [IndexedLine] = []
  private var textLimit: Int64

  /// Takes lines from number `first` on. A line that does not fit is left for the next request, unless it is the
  /// first: then it is cut.
  init(_ cursor: inout LineCursor, from first: Int64, limit: Int, byteLimit: Int) throws {
    let limit = min(max(0, limit), Self.maximumLines)
    textLimit = Int64(min(max(0, byteLimit), Self.maximumBytes))
    var total: Int64 = 0
    while lines.count < limit, let line = try cursor.next() {
      if line.number < first { continue }
      if !lines.isEmpty && line.length > textLimit - total { break }
      lines.append(line)
      total += min(line.length, textLimit)
      if total >= textLimit { break }
    }
  }

  /// The bytes of the log to read.
  var range: Range<Int64> {
    guard let first = lines.first, let last = lines.last else { return 0..<0 }
    return first
      .offset..<max(first.offset, last.offset + (lines.count == 1 ? min(last.length, textLimit) : last.length))
  }

  /// The lines with their text out of `bytes`, which are those of `range`; throws where some are missing.
  func lines(of bytes: [UInt8]) throws -> [LogLine] {
    let start = range.lowerBound
    guard bytes.count == Int(range.upperBound - start) else { throw DamagedIndex() }
    return lines.map { line in
      let from = Int(line.offset - start)
      let to = Int(min(line.offset + line.length, range.upperBound) - start)
      return LogLine(
        number: line.number, offset: line.offset, elapsedMilliseconds: line.milliseconds, text: Array(bytes[from..<to]),
        isCut: Int64(to - from) < line.length)
    }
  }
}
