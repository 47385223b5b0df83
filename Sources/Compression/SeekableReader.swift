internal import CZstd
internal import Concurrency

/// Reads any part of a seekable zstd file. Safe from any thread; holds the table and the last frame in memory.
/// Every frame's checksum is verified.
public final class SeekableReader: Sendable {
  private struct Cached {
    var frame: Int
    var text: [UInt8]
  }

  private let file: any SeekableSource
  private let table: SeekTable
  private let asides: Range<Int>
  private let last = Lock<Cached?>(nil)
  private let lastAside = Lock<Cached?>(nil)

  /// Reads the table of `file`, which must not change from now on. A damaged or hostile table is an error.
  public init(_ file: any SeekableSource) throws(CompressionError) {
    self.file = file
    table = try SeekTable(of: file)
    asides = table.asides
  }

  /// Bytes of text in the whole file.
  public var size: Int64 { table.size }
  /// Number of frames.
  public var frameCount: Int { table.count }
  /// Number of frames beside the text.
  public var asideCount: Int { asides.count }

  /// The text from `offset`, at most `limit` bytes; empty at the end and for an offset that is not in the text.
  public func read(from offset: Int64, limit: Int) throws(CompressionError) -> [UInt8] {
    guard limit > 0, offset >= 0, offset < size else { return [] }
    let end = offset + min(Int64(limit), size - offset)
    var text: [UInt8] = []
    var index = table.frame(holding: offset)
    while index < table.count, table.offsets[index] < end {
      let start = table.offsets[index]
      let frame = try self.frame(index)
      let from = max(0, offset - start)
      let to = min(Int64(frame.count), end - start)
      if from < to { text.append(contentsOf: frame[Int(from)..<Int(to)]) }
      index += 1
    }
    return text
  }

  /// The text of frame `index`, from 0 to `frameCount - 1`; any other is an error.
  public func frame(_ index: Int) throws(CompressionError) -> [UInt8] {
    guard index >= 0, index < table.count else { throw .damaged("it has no frame \(index)") }
    if let cached = last.withLock({ $0?.frame == index ? $0?.text : nil }) { return cached }
    let text = try decompress(index)
    last.withLock { $0 = Cached(frame: index, text: text) }
    return text
  }

  /// What is beside the text, piece `index` from 0 to `asideCount - 1`; any other is an error.
  public func aside(_ index: Int) throws(CompressionError) -> [UInt8] {
    guard index >= 0, index < asides.count else { throw .damaged("it has nothing beside its text at \(index)") }
    if let cached = lastAside.withLock({ $0?.frame == index ? $0?.text : nil }) { return cached }
    let bytes = try unpack(asides.lowerBound + index)
    lastAside.withLock { $0 = Cached(frame: index, text: bytes) }
    return bytes
  }

  private func unpack(_ index: Int) throws(CompressionError) -> [UInt8] {
    let stored = table.compressedOffsets[index + 1] - table.compressedOffsets[index]
    guard stored >= 8, stored <= Int64(ZSTD_compressBound(SeekTable.maximumFrameSize)) + 8 else {
      throw .damaged("its frame \(index) has \(stored) bytes")
    }
    let frame = try file.compressedRead(Int(stored), at: table.compressedOffsets[index])
    guard frame.count == Int(stored), frame.littleEndian32(at: 0) == SeekTable.asideMagic,
      Int64(frame.littleEndian32(at: 4)) == stored - 8
    else { throw .damaged("its frame \(index) is not what its table says") }
    let packed = Array(frame[8...])
    // The two values that mean "unknown" and "no frame" are larger than any limit.
    let size = ZSTD_getFrameContentSize(packed, packed.count)
    guard size <= UInt64(SeekTable.maximumFrameSize) else { throw .damaged("its frame \(index) has no usable size") }
    return try Self.text(of: packed, size: Int(size), frame: index)
  }

  private func decompress(_ index: Int) throws(CompressionError) -> [UInt8] {
    let size = table.offsets[index + 1] - table.offsets[index]
    let stored = table.compressedOffsets[index + 1] - table.compressedOffsets[index]
    if size == 0 { return [] }
    guard size <= Int64(SeekTable.maximumFrameSize), stored <= Int64(ZSTD_compressBound(SeekTable.maximumFrameSize))
    else { throw .damaged("its frame \(index) claims \(size) bytes of text in \(stored)") }
    let compressed = try file.compressedRead(Int(stored), at: table.compressedOffsets[index])
    return try Self.text(of: compressed, size: Int(size), frame: index)
  }

  private static func text(of compressed: [UInt8], size: Int, frame index: Int) throws(CompressionError) -> [UInt8] {
    var result = 0
    let text = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      result = ZSTD_decompress(buffer.baseAddress, buffer.count, compressed, compressed.count)
      count = ZSTD_isError(result) == 0 ? result : 0
    }
    if let reason = CompressionError.reason(result) { throw .damaged("frame \(index): \(reason)") }
    guard text.count == size else {
      throw .damaged("its frame \(index) holds \(text.count) bytes of text instead of \(size)")
    }
    return text
  }
}
