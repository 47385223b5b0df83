internal import CZstd
internal import Concurrency
public import Files

/// Reads any part of a seekable zstd file. Safe from any thread; holds the table and the last frame in memory.
/// Every frame's checksum is verified.
public final class SeekableReader: Sendable {
  private struct Cached {
    var frame: Int
    var text: [UInt8]
  }

  private let file: FileDescriptor
  private let table: SeekTable
  private let last = Lock<Cached?>(nil)

  /// Reads the table of `file`, which must not change from now on. A damaged or hostile table is an error.
  public init(_ file: FileDescriptor) throws(CompressionError) {
    self.file = file
    table = try SeekTable(of: file)
  }

  /// Bytes of text in the whole file.
  public var size: Int64 { table.size }
  /// Number of frames.
  public var frameCount: Int { table.count }

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

  private func decompress(_ index: Int) throws(CompressionError) -> [UInt8] {
    let size = table.offsets[index + 1] - table.offsets[index]
    let stored = table.compressedOffsets[index + 1] - table.compressedOffsets[index]
    if size == 0 { return [] }
    guard size <= Int64(SeekTable.maximumFrameSize), stored <= Int64(ZSTD_compressBound(SeekTable.maximumFrameSize))
    else { throw .damaged("its frame \(index) claims \(size) bytes of text in \(stored)") }
    let compressed = try file.compressedRead(Int(stored), at: table.compressedOffsets[index])
    var result = 0
    let text = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
      result = ZSTD_decompress(buffer.baseAddress, buffer.count, compressed, compressed.count)
      count = ZSTD_isError(result) == 0 ? result : 0
    }
    if let reason = CompressionError.reason(result) { throw .damaged("frame \(index): \(reason)") }
    guard text.count == Int(size) else {
      throw .damaged("its frame \(index) holds \(text.count) bytes of text instead of \(size)")
    }
    return text
  }
}
