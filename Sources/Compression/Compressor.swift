internal import CZstd

/// A zstd frame written in pieces (https://facebook.github.io/zstd/zstd_manual.html), with a checksum.
/// Memory is constant. Not for use from two threads at once.
public struct Compressor: ~Copyable {
  private let context: OpaquePointer
  private var output: [UInt8]

  /// Begins a frame; levels go from 1 (fast) to 19 (small). Where the text's size in bytes is known before, it is noted
  /// in the frame, which has to have exactly that size then, and memory is no larger than it needs.
  public init(level: Int32 = 3, size: Int64? = nil) throws(CompressionError) {
    guard let context = ZSTD_createCCtx() else { throw .refused("no memory") }
    self.context = context
    // A small frame needs no more room than it can take.
    let room = size.map { ZSTD_compressBound(Int(clamping: min(max($0, 0), 1 << 20))) } ?? .max
    output = [UInt8](repeating: 0, count: min(ZSTD_CStreamOutSize(), room))
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    if let size, size >= 0 { ZSTD_CCtx_setPledgedSrcSize(context, UInt64(size)) }
  }

  deinit { ZSTD_freeCCtx(context) }

  /// Compresses the next bytes and hands on what is ready.
  public mutating func write(
    _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try step(bytes, ZSTD_e_continue, sink)
  }

  /// Ends the frame and hands on its rest. Another frame can follow.
  public mutating func finish(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try step(UnsafeRawBufferPointer(start: nil, count: 0), ZSTD_e_end, sink)
  }

  private mutating func step(
    _ bytes: UnsafeRawBufferPointer, _ directive: ZSTD_EndDirective, _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    let context = context
    try output.withUnsafeMutableBytes { buffer in
      while true {
        var out = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let left = ZSTD_compressStream2(context, &out, &input, directive)
        if let reason = CompressionError.reason(left) { throw CompressionError.refused(reason) }
        if out.pos > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<out.pos])) }
        if directive == ZSTD_e_end ? left == 0 : input.pos == input.size { return }
      }
    }
  }
}

/// Any number of zstd frames read in pieces. Memory is constant; frames that would need a larger window than was allowed
/// are refused.
/// Not for use from two threads at once.
public struct Decompressor: ~Copyable {
  private let context: OpaquePointer
  private var output: [UInt8]
  private var insideFrame = false

  /// What levels up to 19 need: 8 MiB.
  public static let usualWindowLog: Int32 = 23
  /// What level 22 needs: 128 MiB.
  public static let largestWindowLog: Int32 = 27

  /// Waits for the first frame. The window may have 2 to the power of `windowLog` bytes.
  public init(windowLog: Int32 = usualWindowLog) throws(CompressionError) {
    guard let context = ZSTD_createDCtx() else { throw .refused("no memory") }
    self.context = context
    output = [UInt8](repeating: 0, count: ZSTD_DStreamOutSize())
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, windowLog)
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Decompresses the next bytes and hands on what is ready.
  public mutating func write(
    _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    let context = context
    var inside = insideFrame
    try output.withUnsafeMutableBytes { buffer in
      var full = false
      while input.pos < input.size || full {
        var out = ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        let left = ZSTD_decompressStream(context, &out, &input)
        if let reason = CompressionError.reason(left) { throw CompressionError.damaged(reason) }
        inside = left != 0
        // A full buffer may hide more output of a frame that is not over yet.
        full = inside && out.pos == out.size
        if out.pos > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<out.pos])) }
      }
    }
    insideFrame = inside
  }

  /// Throws where the last frame is not complete.
  public func finish() throws(CompressionError) {
    if insideFrame { throw .damaged("it ends inside a frame") }
  }
}
