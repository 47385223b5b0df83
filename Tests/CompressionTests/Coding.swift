import Compression

/// A format that streams are written in; every one does the same.
enum Coding: CaseIterable, Sendable {
  case zstd, xz

  /// Bytes of a stream beside the text, at most.
  var overhead: Int {
    switch self {
    case .zstd: 64
    case .xz: 128
    }
  }

  /// A whole stream, of text that comes in pieces of so many bytes.
  func compressed(_ text: [UInt8], piece: Int) throws -> [UInt8] {
    switch self {
    case .zstd: try Sample.compressed(text, piece: piece)
    case .xz: try Self.xz(text, piece: piece)
    }
  }

  /// The text of streams that come in pieces of so many bytes.
  func decompressed(_ bytes: [UInt8], piece: Int) throws -> [UInt8] {
    var output: [UInt8] = []
    switch self {
    case .zstd: output = try Sample.decompressed(bytes, piece: piece)
    case .xz:
      var decompressor = try XZDecompressor()
      try Sample.inPieces(of: piece, bytes) { try decompressor.write($0) { output.append(contentsOf: $0) } }
      try decompressor.finish { output.append(contentsOf: $0) }
    }
    return output
  }

  /// A whole xz stream of a level.
  static func xz(_ text: [UInt8], piece: Int, level: Int32 = 2) throws -> [UInt8] {
    var compressor = try XZCompressor(level: level)
    var output: [UInt8] = []
    try Sample.inPieces(of: piece, text) { try compressor.write($0) { output.append(contentsOf: $0) } }
    try compressor.finish { output.append(contentsOf: $0) }
    return output
  }
}
