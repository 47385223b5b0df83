import Compression
import Files
import Testing

@Suite final class SeekableTests {
  private let path = "/tmp/wright-seekable-\(UInt64.random(in: 0 ... .max))"

  deinit { try? FileTree.removeTree(path) }

  private func write(_ bytes: [UInt8]) throws -> FileDescriptor {
    try FileTree.removeFile(path)
    let file = try FileDescriptor.open(path, .createNew())
    try file.write(bytes, at: 0)
    return file
  }

  private func seekable(_ text: [UInt8], frameSize: Int) throws -> [UInt8] {
    let file = try write([])
    var writer = try SeekableWriter(file, frameSize: frameSize)
    for start in stride(from: 0, to: text.count, by: 777) {
      try writer.write(Array(text[start..<min(start + 777, text.count)]))
    }
    try writer.finish()
    return try file.read(count: Int(try file.size()), at: 0)
  }

  @Test(arguments: [0, 1, 999, 1000, 1001, 100_000], [1000, 4096])
  func `any part can be read, and any zstd reads the whole`(size: Int, frameSize: Int) throws {
    let text = Sample.text(size)
    let bytes = try seekable(text, frameSize: frameSize)
    let reader = try SeekableReader(try write(bytes))
    #expect(reader.size == Int64(size))
    #expect(reader.frameCount == (size + frameSize - 1) / frameSize)
    let parts = [(0, size), (0, 1), (size / 2, 5000), (size - 1, 10), (size, 10), (1000, 1000), (999, 2)]
    for (offset, limit) in parts where offset >= 0 {
      let expected = Array(text.dropFirst(offset).prefix(limit))
      #expect(try reader.read(from: Int64(offset), limit: limit) == expected)
    }
    #expect(try Sample.decompressed(bytes, piece: 1000) == text)
  }

  @Test func `a frame ends where it is told to`() throws {
    let file = try write([])
    var writer = try SeekableWriter(file)
    for part in [[1, 2], [3], []] as [[UInt8]] {
      try writer.write(part)
      try writer.endFrame()
    }
    try writer.finish()
    let reader = try SeekableReader(file)
    #expect(reader.frameCount == 2)
    #expect(try reader.frame(0) == [1, 2])
    #expect(try reader.frame(1) == [3])
    #expect(throws: CompressionError.self) { try reader.frame(2) }
    #expect(throws: CompressionError.self) { try reader.frame(-1) }
  }

  struct Place: Sendable {
    var offset: Int64
    var limit: Int
  }

  static let outside = [
    Place(offset: .max, limit: .max), Place(offset: .min, limit: 10), Place(offset: -1, limit: 10),
    Place(offset: 0, limit: -1), Place(offset: 0, limit: .min), Place(offset: 1001, limit: 1),
  ]

  @Test(arguments: outside)
  func `places that are not in the text hold nothing`(place: Place) throws {
    let reader = try SeekableReader(try write(seekable(Sample.text(1000), frameSize: 100)))
    #expect(try reader.read(from: place.offset, limit: place.limit).isEmpty)
    #expect(try reader.read(from: 0, limit: .max).count == 1000)
  }

  @Test func `a file cut at any byte is an error`() throws {
    let bytes = try seekable(Sample.text(300), frameSize: 100)
    for count in 0..<bytes.count {
      let file = try write(Array(bytes.prefix(count)))
      #expect(throws: CompressionError.self) { try SeekableReader(file).read(from: 0, limit: 300) }
    }
  }

  @Test func `a file changed at any byte is an error or the same text`() throws {
    let text = Sample.text(300)
    let bytes = try seekable(text, frameSize: 100)
    for index in bytes.indices {
      for bit in [0x01, 0x80] as [UInt8] {
        var changed = bytes
        changed[index] ^= bit
        let file = try write(changed)
        let result = try? SeekableReader(file).read(from: 0, limit: 300)
        #expect(result == nil || result == text, "byte \(index)")
      }
    }
  }

  struct Table: Sendable {
    var frames: UInt32
    var frameSize: UInt32
    var entries: [UInt32]
  }

  /// Tables that claim far more than there is; none may cost memory.
  static let hostile = [
    Table(frames: 1, frameSize: 17, entries: [.max, 8]), Table(frames: 1, frameSize: 17, entries: [0, .max]),
    Table(frames: 1, frameSize: 17, entries: [8, .max]), Table(frames: .max, frameSize: 17, entries: [0, 8]),
    Table(frames: 1 << 20, frameSize: 17, entries: [0, 8]), Table(frames: 1, frameSize: 0, entries: [0, 8]),
    Table(frames: 2, frameSize: 25, entries: [8, 0, 0, .max]), Table(frames: 0, frameSize: 17, entries: [0, 0]),
  ]

  @Test(arguments: hostile)
  func `a hostile table is an error`(table: Table) throws {
    let numbers: [UInt32] = [0x184D_2A5E, table.frameSize] + table.entries + [table.frames]
    let bytes = numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    let file = try write([0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0] + bytes + [0, 0xB1, 0xEA, 0x92, 0x8F])
    #expect(throws: CompressionError.self) {
      let reader = try SeekableReader(file)
      for frame in 0..<reader.frameCount { _ = try reader.frame(frame) }
    }
  }

  @Test func `tables with checksums are understood`() throws {
    let plain = try seekable([1, 2, 3], frameSize: 100)
    let frame = plain.dropLast(25)
    let entry = Array(plain.suffix(25)[(plain.count - 17)..<(plain.count - 9)])
    let table: [UInt8] = [0x5E, 0x2A, 0x4D, 0x18, 21, 0, 0, 0] + entry + [9, 9, 9, 9]
    let file = try write(frame + table + [1, 0, 0, 0, 0x80, 0xB1, 0xEA, 0x92, 0x8F])
    #expect(try SeekableReader(file).read(from: 1, limit: 9) == [2, 3])
  }
}
