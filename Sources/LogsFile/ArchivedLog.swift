internal import Compression
internal import Files
internal import Logs
internal import Model

/// A log that has ended and was compressed: two seekable zstd files. The second holds the line index in frames of
/// 16,384 lines, each with the place and time at which it begins, so that the table of its frames finds any line.
final class ArchivedLog: Sendable {
  /// Lines in a frame of the index.
  static let linesPerFrame: Int64 = 16_384
  /// Bytes before the entries of a frame: the offset of its first line, and the time of the line before.
  static let headerSize = 16

  let state: LogState
  private let text: SeekableReader
  private let index: SeekableReader

  /// Opens the files of a compressed log; checks that they belong together.
  init(text: FileDescriptor, index: FileDescriptor) throws {
    self.text = try SeekableReader(text)
    self.index = try SeekableReader(index)
    var lines: Int64 = 0
    var end: Int64 = 0
    if self.index.frameCount > 0 {
      var cursor = try Self.cursor(self.index, frame: self.index.frameCount - 1)
      while let line = try cursor.next() {
        lines = line.number + 1
        end = line.offset + line.length
      }
    }
    // The last line's newline, where it has one, is no part of the line.
    guard self.text.size - end <= 1, self.text.size >= end else { throw DamagedIndex() }
    state = LogState(size: self.text.size, lines: lines, ended: true)
  }

  /// The bytes from `offset`, at most `limit`.
  func read(from offset: Int64, limit: Int) throws -> [UInt8] { try text.read(from: offset, limit: limit) }

  /// The lines from number `first`.
  func lines(from first: Int64, limit: Int, byteLimit: Int) throws -> [LogLine] {
    guard first < state.lines else { return [] }
    var cursor = try Self.cursor(index, frame: Int(first / Self.linesPerFrame))
    let selection = try LineSelection(&cursor, from: first, limit: limit, byteLimit: byteLimit)
    let range = selection.range
    return try selection.lines(
      of: text.read(from: range.lowerBound, limit: Int(range.upperBound - range.lowerBound)))
  }

  /// A walk over all lines, for comparing.
  func cursor() throws -> LineCursor {
    guard index.frameCount > 0 else { return LineCursor(number: 0, offset: 0, milliseconds: 0) { [] } }
    return try Self.cursor(index, frame: 0)
  }

  private static func cursor(_ index: SeekableReader, frame first: Int) throws -> LineCursor {
    let bytes = try index.frame(first)
    guard let offset = bytes.littleEndian64(at: 0), let milliseconds = bytes.littleEndian64(at: 8), offset >= 0 else {
      throw DamagedIndex()
    }
    var frame = first
    return LineCursor(number: Int64(first) * linesPerFrame, offset: offset, milliseconds: milliseconds) {
      guard frame < index.frameCount else { return [] }
      defer { frame += 1 }
      return Array(try index.frame(frame).dropFirst(headerSize))
    }
  }
}
