internal import CZstd
public import Files

/// Writes a seekable zstd file: independent frames, then a table of them. Any zstd decompresses it as a whole;
/// `SeekableReader` reads any part of it. Memory is constant but for 16 bytes a frame.
/// Not for use from two threads at once.
public struct SeekableWriter: ~Copyable {
  private let file: FileDescriptor
  private let context: OpaquePointer
  private let frameSize: Int
  private var table = SeekTable()
  private var text: [UInt8] = []
  private var compressed: [UInt8]

  /// Writes to `file` from its first byte. A frame ends when it holds `frameSize` bytes of text (at most 8 MiB), or
  /// earlier where `endFrame` says so.
  public init(_ file: FileDescriptor, level: Int32 = 3, frameSize: Int = 256 << 10) throws(CompressionError) {
    guard let context = ZSTD_createCCtx() else { throw .refused("no memory") }
    self.file = file
    self.context = context
    self.frameSize = min(max(1, frameSize), SeekTable.maximumFrameSize)
    compressed = [UInt8](repeating: 0, count: ZSTD_compressBound(self.frameSize))
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    text.reserveCapacity(self.frameSize)
  }

  deinit { ZSTD_freeCCtx(context) }

  /// Takes the next bytes of text.
  public mutating func write(_ bytes: [UInt8]) throws(CompressionError) {
    var taken = 0
    while taken < bytes.count {
      let count = min(bytes.count - taken, frameSize - text.count)
      text.append(contentsOf: bytes[taken..<taken + count])
      taken += count
      if text.count == frameSize { try endFrame() }
    }
  }

  /// Ends the frame here; without text since the last one, nothing happens.
  public mutating func endFrame() throws(CompressionError) {
    if text.isEmpty { return }
    guard table.count < SeekTable.maximumFrames else { throw .refused("more than \(SeekTable.maximumFrames) frames") }
    let size = ZSTD_compress2(context, &compressed, compressed.count, text, text.count)
    if let reason = CompressionError.reason(size) { throw .refused(reason) }
    let offset = table.compressedSize
    do throws(FileError) {
      try file.write(Array(compressed[..<size]), at: offset)
    } catch { throw .file(error) }
    table.append(compressed: UInt32(size), text: UInt32(text.count))
    text.removeAll(keepingCapacity: true)
  }

  /// Ends the frame and puts `bytes` (at most 8 MiB) beside the text: whoever decompresses the whole does not see them,
  /// and `SeekableReader.aside` finds them. Only after the last text.
  public mutating func writeAside(_ bytes: [UInt8]) throws(CompressionError) {
    try endFrame()
    guard bytes.count <= SeekTable.maximumFrameSize else {
      throw .refused("\(bytes.count) bytes are too many for a frame")
    }
    guard table.count < SeekTable.maximumFrames else { throw .refused("more than \(SeekTable.maximumFrames) frames") }
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let size = ZSTD_compress2(context, &packed, packed.count, bytes, bytes.count)
    if let reason = CompressionError.reason(size) { throw .refused(reason) }
    var frame: [UInt8] = []
    frame.append(littleEndian: SeekTable.asideMagic)
    frame.append(littleEndian: UInt32(size))
    frame.append(contentsOf: packed[..<size])
    do throws(FileError) { try file.write(frame, at: table.compressedSize) } catch { throw .file(error) }
    table.append(compressed: UInt32(frame.count), text: 0)
  }

  /// Writes what is left and the table. The file is complete then; making it durable is the caller's.
  public consuming func finish() throws(CompressionError) {
    try endFrame()
    do throws(FileError) { try file.write(table.encoded(), at: table.compressedSize) } catch { throw .file(error) }
  }
}
