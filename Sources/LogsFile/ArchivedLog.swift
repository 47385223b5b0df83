internal import Compression
internal import Logs
internal import Model

/// A log that has ended and was compressed: a seekable zstd file, with the line index beside the text in pieces of
/// 16,384 lines, each with the place and time at which it begins, so that the table of frames finds any line.
final class ArchivedLog: Sendable {
  /// Lines in a piece of the index.
  static let linesPerPiece: Int64 = 16_384
  /// Bytes before the entries of a piece: the offset of its first line, and the time of the line before.
  static let headerSize = 16

  let state: LogState
  private let text: SeekableReader

  /// Opens a compressed log; checks that text and index belong together.
  init(_ file: any SeekableSource) throws {
    text = try SeekableReader(file)
    var lines: Int64 = 0
    var end: Int64 = 0
    if text.asideCount > 0 {
      var cursor = try Self.cursor(text, piece: text.asideCount - 1)
      while let line = try cursor.next() {
        lines = line.number + 1
        end = line.offset + line.length
      }
    }
    // The last line's newline, where it has one, is no part of the line.
    guard text.size - end <= 1, text.size >= end else { throw DamagedIndex() }
    state = LogState(size: text.size, lines: lines, ended: true)
  }

  /// The bytes from `offset`, at most `limit`.
  func read(from offset: Int64, limit: Int) throws -> [UInt8] { try text.read(from: offset, limit: limit) }

  /// The lines from number `first`.
  func lines(from first: Int64, limit: Int, byteLimit: Int) throws -> [LogLine] {
    guard first < state.lines else { return [] }
    var cursor = try Self.cursor(text, piece: Int(first / Self.linesPerPiece))
    let selection = try LineSelection(&cursor, from: first, limit: limit, byteLimit: byteLimit)
    let range = selection.range
    return try selection.lines(
      of: text.read(from: range.lowerBound, limit: Int(range.upperBound - range.lowerBound)))
  }

  /// A walk over all lines, for comparing.
  func cursor() throws -> LineCursor {
    guard text.asideCount > 0 else { return LineCursor(number: 0, offset: 0, milliseconds: 0) { [] } }
    return try Self.cursor(text, piece: 0)
  }

  private static func cursor(_ file: SeekableReader, piece first: Int) throws -> LineCursor {
    let bytes = try file.aside(first)
    guard let offset = bytes.littleEndian64(at: 0), let milliseconds = bytes.littleEndian64(at: 8), offset >= 0 else {
      throw DamagedIndex()
    }
    var piece = first
    return LineCursor(number: Int64(first) * linesPerPiece, offset: offset, milliseconds: milliseconds) {
      guard piece < file.asideCount else { return [] }
      defer { piece += 1 }
      return Array(try file.aside(piece).dropFirst(headerSize))
    }
  }
}
