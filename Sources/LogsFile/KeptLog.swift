internal import Compression
internal import Logs

/// A small log that has ended, as one value: its text and its line index, compressed where that saves something. What
/// keeps it need not know what is in it.
///
/// The first byte says whether the rest is a zstd frame; the rest is the length of the text (8 bytes), the text, and the
/// entries of the index as in `LineIndex`.
struct KeptLog: Sendable {
  /// Shorter ones are not compressed: it would save nothing.
  private static let compressionStart = 512
  private enum Form: UInt8 {
    case plain = 0
    case zstd = 1
  }

  let state: LogState
  private let text: [UInt8]
  private let entries: [UInt8]

  /// The bytes that stand for a log of this text, whose index is complete and was never written.
  static func encode(_ text: [UInt8], _ index: LineIndex) throws -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(9 + text.count + index.pendingTimes.count)
    body.append(Form.plain.rawValue)
    body.append(littleEndian: Int64(text.count))
    body += text
    body += index.pendingTimes
    if body.count < compressionStart { return body }
    var compressed = [Form.zstd.rawValue]
    var compressor = try Compressor(size: Int64(body.count - 1))
    try body.dropFirst().withUnsafeBytes { bytes in
      try compressor.write(bytes) { compressed += $0 }
      try compressor.finish { compressed += $0 }
    }
    return compressed.count < body.count ? compressed : body
  }

  /// Reads what `encode` has made; checks that text and index belong together.
  init(_ bytes: [UInt8]) throws {
    let body: [UInt8]
    switch bytes.first.flatMap(Form.init) {
    case .plain: body = Array(bytes.dropFirst())
    case .zstd: body = try Self.decompressed(bytes.dropFirst())
    case nil: throw DamagedIndex()
    }
    guard let size = body.littleEndian64(at: 0), size >= 0, size <= body.count - 8 else { throw DamagedIndex() }
    text = Array(body[8..<8 + Int(size)])
    entries = Array(body[(8 + Int(size))...])
    var (lines, end): (Int64, Int64) = (0, 0)
    var cursor = Self.cursor(entries)
    while let line = try cursor.next() {
      lines = line.number + 1
      end = line.offset + line.length
    }
    // The last line's newline, where it has one, is no part of the line.
    guard size - end <= 1, size >= end else { throw DamagedIndex() }
    state = LogState(size: size, lines: lines, ended: true)
  }

  /// The bytes from `offset`, at most `limit`.
  func read(from offset: Int64, limit: Int) -> [UInt8] { text.piece(from: offset, limit: limit) }

  /// The lines from number `first`.
  func lines(from first: Int64, limit: Int, byteLimit: Int) throws -> [LogLine] {
    guard first < state.lines else { return [] }
    var cursor = Self.cursor(entries)
    let selection = try LineSelection(&cursor, from: first, limit: limit, byteLimit: byteLimit)
    let range = selection.range
    return try selection.lines(of: read(from: range.lowerBound, limit: Int(range.upperBound - range.lowerBound)))
  }

  private static func cursor(_ entries: [UInt8]) -> LineCursor {
    var rest = entries
    return LineCursor(number: 0, offset: 0, milliseconds: 0) {
      defer { rest = [] }
      return rest
    }
  }

  private static func decompressed(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
    var body: [UInt8] = []
    var decompressor = try Decompressor()
    try bytes.withUnsafeBytes { try decompressor.write($0) { body += $0 } }
    try decompressor.finish()
    return body
  }
}

extension [UInt8] {
  /// The bytes from `offset`, at most `limit`; empty where there are none.
  func piece(from offset: Int64, limit: Int) -> [UInt8] {
    guard offset >= 0, offset < count, limit > 0 else { return [] }
    return Array(self[Int(offset)...].prefix(limit))
  }
}
