import Compression
import Testing

@Suite struct StreamTests {
  @Test(arguments: [0, 1, 1000, 300_000, 3_000_000], [1, 37, 70_000])
  func `what was compressed in pieces is decompressed in pieces`(size: Int, piece: Int) throws {
    if size / piece > 10_000 { return }
    let text = Sample.text(size)
    let compressed = try Sample.compressed(text, piece: piece)
    #expect(compressed.count < size / 2 + 64)
    #expect(try Sample.decompressed(compressed, piece: piece) == text)
  }

  @Test func `frames may follow each other`() throws {
    let bytes = try Sample.compressed([1, 2, 3], piece: 1) + Sample.compressed([4], piece: 1)
    #expect(try Sample.decompressed(bytes, piece: 5) == [1, 2, 3, 4])
  }

  @Test func `a cut stream is an error at every byte`() throws {
    let compressed = try Sample.compressed(Sample.text(100), piece: 100)
    for count in 1..<compressed.count {
      #expect(throws: CompressionError.self) { try Sample.decompressed(Array(compressed.prefix(count)), piece: 64) }
    }
  }

  @Test func `a changed stream is never taken for the text`() throws {
    let text = Sample.text(500)
    let compressed = try Sample.compressed(text, piece: 500)
    for index in compressed.indices {
      var changed = compressed
      changed[index] ^= 0x10
      let result = try? Sample.decompressed(changed, piece: 64)
      #expect(result == nil || result == text)
    }
  }

  @Test func `a frame that wants a huge window is refused`() throws {
    // Magic number, a header without content size, and a window descriptor of 2 GiB.
    let hostile: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 0x01, 0x00, 0x00]
    #expect(throws: CompressionError.self) { try Sample.decompressed(hostile, piece: 64) }
  }
}

/// Text to compress, and whole streams.
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

  static func compressed(_ text: [UInt8], piece: Int) throws -> [UInt8] {
    var compressor = try Compressor()
    var output: [UInt8] = []
    for start in stride(from: 0, to: text.count, by: piece) {
      let part = Array(text[start..<min(start + piece, text.count)])
      try part.withUnsafeBytes { try compressor.write($0) { output.append(contentsOf: $0) } }
    }
    try compressor.finish { output.append(contentsOf: $0) }
    return output
  }

  static func decompressed(_ bytes: [UInt8], piece: Int) throws -> [UInt8] {
    var decompressor = try Decompressor()
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let part = Array(bytes[start..<min(start + piece, bytes.count)])
      try part.withUnsafeBytes { try decompressor.write($0) { output.append(contentsOf: $0) } }
    }
    try decompressor.finish()
    return output
  }
}
