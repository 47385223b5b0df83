internal import Glibc

/// A line as the index knows it.
struct IndexedLine: Equatable {
  /// Counted from 0.
  var number: Int64
  /// The offset of its first byte.
  var offset: Int64
  /// Bytes, without the newline.
  var length: Int64
  /// From the job's start to its first byte.
  var milliseconds: Int64
}

/// The state of a log's index while the log grows: which bytes were seen, and which entries are not in the files yet.
///
/// Each complete line is one entry of two numbers of variable length: the time since the line before (zigzag) and the
/// line's length; two or three bytes for most. Every 1,024 lines a point of 24 bytes says where the line is in the log
/// and in the entries and the time before it, so that any line is found by one read of a point and one of entries.
/// A value: a failed write leaves the state before it in place.
struct LineIndex: Sendable {
  /// Lines from one point to the next.
  static let pointInterval: Int64 = 1024
  /// Bytes of a point.
  static let pointSize: Int64 = 24

  /// Bytes of the log seen.
  private(set) var size: Int64 = 0
  /// Complete lines, and the last one once `finish` was called.
  private(set) var entries: Int64 = 0
  /// Where the line begins that is not complete.
  private(set) var lineStart: Int64 = 0
  /// When it began.
  private(set) var lineTime: Int64 = 0
  /// When the last entry's line began; the next entry counts from it.
  private(set) var lastTime: Int64 = 0
  /// Bytes of entries in the file.
  private(set) var timesWritten: Int64 = 0
  /// Entries that follow those in the file.
  private(set) var pendingTimes: [UInt8] = []
  /// Bytes of points in the file.
  private(set) var pointsWritten: Int64 = 0
  /// Points that follow those in the file.
  private(set) var pendingPoints: [UInt8] = []

  /// The line that is not complete, if there is one.
  var openLine: IndexedLine? {
    guard size > lineStart else { return nil }
    return IndexedLine(number: entries, offset: lineStart, length: size - lineStart, milliseconds: lineTime)
  }

  /// All lines; one that is not complete counts.
  var lineCount: Int64 { entries + (size > lineStart ? 1 : 0) }

  /// Takes the log's next bytes; lines that begin in them began at `milliseconds`.
  mutating func take(_ bytes: UnsafeRawBufferPointer, milliseconds: Int64) {
    forEachPart(of: bytes) { index, begins, length in
      if begins { index.lineTime = milliseconds }
      if let length { index.append(length: length, milliseconds: index.lineTime) }
    }
  }

  /// Takes the log's next bytes again after a crash, with times from an earlier index as far as it fits the log.
  mutating func retake(_ bytes: UnsafeRawBufferPointer, times: inout EarlierTimes) {
    forEachPart(of: bytes) { index, _, length in
      if let length { index.append(length: length, milliseconds: times.next(length: length) ?? index.lastTime) }
    }
  }

  /// Ends `retake`: the line that is not complete gets its time.
  mutating func endRetaking(times: inout EarlierTimes) {
    if let open = openLine { lineTime = times.next(length: open.length) ?? lastTime }
  }

  /// Makes an entry of a last line without a newline.
  mutating func finish() {
    guard let open = openLine else { return }
    append(length: open.length, milliseconds: open.milliseconds)
    lineStart = size
  }

  /// Records that everything pending is in the files.
  mutating func wrotePending() {
    timesWritten += Int64(pendingTimes.count)
    pointsWritten += Int64(pendingPoints.count)
    pendingTimes = []
    pendingPoints = []
  }

  /// Calls `body` for each piece of a line in `bytes`: whether the line begins there, and its length where it ends.
  private mutating func forEachPart(
    of bytes: UnsafeRawBufferPointer, _ body: (inout LineIndex, _ begins: Bool, _ length: Int64?) -> Void
  ) {
    let base = size
    var position = 0
    while position < bytes.count, let start = bytes.baseAddress {
      let begins = lineStart == base + Int64(position)
      guard let newline = memchr(start + position, 0x0A, bytes.count - position) else {
        body(&self, begins, nil)
        break
      }
      let found = start.distance(to: UnsafeRawPointer(newline))
      body(&self, begins, base + Int64(found) - lineStart)
      lineStart = base + Int64(found) + 1
      position = found + 1
    }
    size = base + Int64(bytes.count)
  }

  private mutating func append(length: Int64, milliseconds: Int64) {
    if entries % Self.pointInterval == 0 {
      for value in [lineStart, timesWritten + Int64(pendingTimes.count), lastTime] {
        pendingPoints.append(littleEndian: value)
      }
    }
    pendingTimes.append(entryAfter: lastTime, milliseconds: milliseconds, length: length)
    lastTime = milliseconds
    entries += 1
  }
}
