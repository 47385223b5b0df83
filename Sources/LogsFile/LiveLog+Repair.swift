internal import Files

extension LiveLog {
  private static let chunkSize = 1 << 20

  /// The index of a log that another process wrote, or nobody yet.
  ///
  /// The bytes of the log are the truth. They are read once, at the speed of `memchr`, and the index is written anew
  /// over the old one, with the old times as far as they belong to the lines that are there. So whatever a crash left
  /// of the index (behind, cut, torn, of unwritten pages) costs times at most, never a line. Stopped half-way, it
  /// begins again. Memory is constant.
  func repair(ended: Bool) throws -> LineIndex {
    var index = LineIndex()
    let bytes = try file(.bytes, ended: ended)
    let earlierTimes = try existing(.times)
    var earlier = EarlierTimes(Self.entries(earlierTimes))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try bytes.read(into: buffer, at: index.size)
      if count == 0 { break }
      index.retake(UnsafeRawBufferPointer(rebasing: buffer[..<count]), times: &earlier)
      // Only over entries that `earlier` has read or will not read any more.
      try writePending(&index)
    }
    index.endRetaking(times: &earlier)
    if ended { index.finish() }
    try writePending(&index)
    try existing(.times)?.truncate(to: index.timesWritten)
    try existing(.points)?.truncate(to: index.pointsWritten)
    return index
  }

  private func existing(_ part: Part) throws -> FileDescriptor? {
    do throws(FileError) { return try file(part) } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  private static func entries(_ times: FileDescriptor?) -> LineCursor {
    var position: Int64 = 0
    return LineCursor(number: 0, offset: 0, milliseconds: 0) {
      let piece = try times?.read(count: 16 << 10, at: position) ?? []
      position += Int64(piece.count)
      return piece
    }
  }
}
