import Compression
import Testing

@Suite struct XZTests {
  @Test(arguments: [0, 1, 1000, 300_000, 3_000_000], [1, 37, 70_000])
  func `what was compressed in pieces is decompressed in pieces`(size: Int, piece: Int) throws {
    if size / piece > 10_000 { return }
    let text = Sample.text(size)
    let compressed = try Self.compressed(text, piece: piece)
    #expect(compressed.count < size / 2 + 128)
    #expect(try Self.decompressed(compressed, piece: piece) == text)
  }

  @Test func `streams may follow each other`() throws {
    let bytes = try Self.compressed([1, 2, 3], piece: 1) + Self.compressed([4], piece: 1)
    #expect(try Self.decompressed(bytes, piece: 5) == [1, 2, 3, 4])
  }

  @Test func `nothing at all is nothing`() throws {
    #expect(try Self.decompressed([], piece: 5).isEmpty)
  }

  @Test func `a cut stream is an error at every byte`() throws {
    let compressed = try Self.compressed(Sample.text(100), piece: 100)
    for count in 1..<compressed.count {
      #expect(throws: CompressionError.self) { try Self.decompressed(Array(compressed.prefix(count)), piece: 64) }
    }
  }

  @Test func `a changed stream is never taken for the text`() throws {
    let text = Sample.text(500)
    let compressed = try Self.compressed(text, piece: 500)
    for index in compressed.indices {
      var changed = compressed
      changed[index] ^= 0x10
      let result = try? Self.decompressed(changed, piece: 64)
      #expect(result == nil || result == text)
    }
  }

  @Test(arguments: [0, 2, 6, 9] as [Int32])
  func `every level is read within the memory that reading may have`(level: Int32) throws {
    let text = Sample.text(10_000)
    #expect(try Self.decompressed(Self.compressed(text, piece: 10_000, level: level), piece: 10_000) == text)
  }

  static func compressed(_ text: [UInt8], piece: Int, level: Int32 = 2) throws -> [UInt8] {
    var compressor = try XZCompressor(level: level)
    var output: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: piece) {
      let part = Array(text[start..<min(start + piece, text.count)])
      try part.withUnsafeBytes { bytes in try compressor.write(bytes) { output.append(contentsOf: $0) } }
    }
    try compressor.finish { output.append(contentsOf: $0) }
    return output
  }

  static func decompressed(_ bytes: [UInt8], piece: Int) throws -> [UInt8] {
    var decompressor = try XZDecompressor()
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let part = Array(bytes[start..<min(start + piece, bytes.count)])
      try part.withUnsafeBytes { bytes in try decompressor.write(bytes) { output.append(contentsOf: $0) } }
    }
    try decompressor.finish { output.append(contentsOf: $0) }
    return output
  }
}
