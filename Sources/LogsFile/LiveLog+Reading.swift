internal import Files
internal import Logs

extension LiveLog {
  private static let pieceSize = 16 << 10

  /// The bytes from `offset`, at most `limit`.
  func read(from offset: Int64, limit: Int) throws -> [UInt8] {
    let snapshot = try opened()
    let left = snapshot.index.size - offset
    guard left > 0 else { return [] }
    return try bytes(snapshot, count: Int(min(Int64(limit), left)), at: offset)
  }

  /// The lines from number `first`.
  func lines(from first: Int64, limit: Int, byteLimit: Int) throws -> [LogLine] {
    let snapshot = try opened()
    guard first < snapshot.index.lineCount else { return [] }
    var cursor = try cursor(at: first, of: snapshot)
    let selection = try LineSelection(&cursor, from: first, limit: limit, byteLimit: byteLimit)
    let range = selection.range
    return try selection.lines(
      of: bytes(snapshot, count: Int(range.upperBound - range.lowerBound), at: range.lowerBound))
  }

  /// A walk from the last point at or before line `number`, over what `snapshot` knows.
  func cursor(at number: Int64, of snapshot: Snapshot) throws -> LineCursor {
    let index = snapshot.index
    let point = min(number, index.entries - 1) / LineIndex.pointInterval
    guard index.entries > 0, point >= 0 else {
      return LineCursor(number: 0, offset: 0, milliseconds: 0, openLine: index.openLine) { [] }
    }
    let bytes = try pointBytes(point, index)
    guard let offset = bytes.littleEndian64(at: 0), let position = bytes.littleEndian64(at: 8),
      let milliseconds = bytes.littleEndian64(at: 16)
    else { throw DamagedIndex() }
    return LineCursor(
      number: point * LineIndex.pointInterval, offset: offset, milliseconds: milliseconds, openLine: index.openLine,
      more: try pieces(from: position, index))
  }

  private func pointBytes(_ point: Int64, _ index: LineIndex) throws -> [UInt8] {
    let position = point * LineIndex.pointSize
    if position < index.pointsWritten {
      return try file(.points).read(count: Int(LineIndex.pointSize), at: position)
    }
    return Array(index.pendingPoints.dropFirst(Int(position - index.pointsWritten)).prefix(Int(LineIndex.pointSize)))
  }

  /// The entries from `start` on, first those in the file, then the pending ones.
  private func pieces(from start: Int64, _ index: LineIndex) throws -> () throws -> [UInt8] {
    var position = start
    return { [self] in
      if position >= index.timesWritten {
        let rest = index.pendingTimes.dropFirst(Int(position - index.timesWritten))
        position += Int64(rest.count)
        return Array(rest)
      }
      let count = Int(min(Int64(Self.pieceSize), index.timesWritten - position))
      let piece = try file(.times).read(count: count, at: position)
      guard piece.count == count else { throw DamagedIndex() }
      position += Int64(count)
      return piece
    }
  }
}
