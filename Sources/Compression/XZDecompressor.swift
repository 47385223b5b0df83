internal import CLzma

/// Any number of xz streams read in pieces, as `xz -d` reads them. Memory is constant, at most `memoryLimit`: streams
/// that would need more are refused. Not for use from two threads at once.
public struct XZDecompressor: ~Copyable {
  /// Enough for every level of `xz`.
  public static let memoryLimit: UInt64 = 80 << 20

  private var coder: XZCoder
  private var isEmpty = true

  /// Waits for the first stream.
  public init() throws(CompressionError) {
    coder = try XZCoder { lzma_stream_decoder($0, Self.memoryLimit, wright_lzma_concatenated) }
  }

  /// Decompresses the next bytes and hands on what is ready.
  public mutating func write(
    _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    if bytes.isEmpty { return }
    isEmpty = false
    try coder.code(bytes, LZMA_RUN, isReading: true, sink)
  }

  /// Hands on the rest. Throws where the last stream is not complete; nothing can follow.
  public mutating func finish(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    if isEmpty { return }
    try coder.code(UnsafeRawBufferPointer(start: nil, count: 0), LZMA_FINISH, isReading: true, sink)
  }
}
