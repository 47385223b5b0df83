import Compression
import Testing

@Suite struct StreamTests {
  private static let shapes = [0, 1, 1000, 300_000, 3_000_000].flatMap { size in
    [1, 37, 70_000].filter { size / $0 <= 10_000 }.map { (size: size, piece: $0) }
  }

  @Test(arguments: Coding.allCases, shapes)
  func `what was compressed in pieces is decompressed in pieces`(coding: Coding, shape: (size: Int, piece: Int)) throws
  {
    let text = Sample.text(shape.size)
    let compressed = try coding.compressed(text, piece: shape.piece)
    #expect(compressed.count < shape.size / 2 + coding.overhead)
    #expect(try coding.decompressed(compressed, piece: shape.piece) == text)
  }

  @Test(arguments: Coding.allCases) func `streams may follow each other`(coding: Coding) throws {
    let bytes = try coding.compressed([1, 2, 3], piece: 1) + coding.compressed([4], piece: 1)
    #expect(try coding.decompressed(bytes, piece: 5) == [1, 2, 3, 4])
  }

  @Test(arguments: Coding.allCases) func `a cut stream is an error at every byte`(coding: Coding) throws {
    let compressed = try coding.compressed(Sample.text(100), piece: 100)
    for count in 1..<compressed.count {
      #expect(throws: CompressionError.self) { try coding.decompressed(Array(compressed.prefix(count)), piece: 64) }
    }
  }

  @Test(arguments: Coding.allCases) func `a changed stream is never taken for the text`(coding: Coding) throws {
    let text = Sample.text(500)
    let compressed = try coding.compressed(text, piece: 500)
    for index in compressed.indices {
      var changed = compressed
      changed[index] ^= 0x10
      let result = try? coding.decompressed(changed, piece: 64)
      #expect(result == nil || result == text)
    }
  }

  @Test func `nothing at all is nothing, in xz`() throws {
    #expect(try Coding.xz.decompressed([], piece: 5).isEmpty)
  }

  @Test(arguments: [0, 2, 6, 9] as [Int32])
  func `every level of xz is read within the memory that reading may have`(level: Int32) throws {
    let text = Sample.text(10_000)
    let compressed = try Coding.xz(text, piece: 10_000, level: level)
    #expect(try Coding.xz.decompressed(compressed, piece: 10_000) == text)
  }

  @Test func `a frame that wants a huge window is refused`() throws {
    // Magic number, a header without content size, and a window descriptor of 2 GiB.
    let hostile: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 0x01, 0x00, 0x00]
    #expect(throws: CompressionError.self) { try Coding.zstd.decompressed(hostile, piece: 64) }
  }
}

/// Text to compress, and whole zstd streams.
enum Sample {
  static func text(_ size: Int) -> [UInt8] {
    var text: [UInt8] = []
    var number: UInt64 = 1
    while text.count < size {
      number = number &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text.append(contentsOf: "line \(text.count): value \(number >> 48)\n".utf8)
    }
    return Array(text.prefix(size))
  }

  static func inPieces(of size: Int, _ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    for start in stride(from: 0, to: bytes.count, by: size) {
      try Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes(body)
    }
  }

  static func compressed(_ text: [UInt8], piece: Int) throws -> [UInt8] {
    var compressor = try Compressor()
    var output: [UInt8] = []
    try inPieces(of: piece, text) { try compressor.write($0) { output.append(contentsOf: $0) } }
    try compressor.finish { output.append(contentsOf: $0) }
    return output
  }

  static func decompressed(_ bytes: [UInt8], piece: Int) throws -> [UInt8] {
    var decompressor = try Decompressor()
    var output: [UInt8] = []
    try inPieces(of: piece, bytes) { try decompressor.write($0) { output.append(contentsOf: $0) } }
    try decompressor.finish()
    return output
  }
}
