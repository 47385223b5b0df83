internal import CLzma

/// One coder of liblzma (https://tukaani.org/xz/liblzma-api/), freed with its owner.
///
/// The library's structure lies at a fixed address, because the coder's state belongs to it.
struct XZCoder: ~Copyable {
  private let stream: UnsafeMutablePointer<lzma_stream>
  private var output = [UInt8](repeating: 0, count: 128 << 10)
  /// The end of the stream was written or read.
  private(set) var isEnded = false

  /// A coder that `begin` sets up.
  init(_ begin: (UnsafeMutablePointer<lzma_stream>) -> lzma_ret) throws(CompressionError) {
    stream = .allocate(capacity: 1)
    // All zero is what the library's LZMA_STREAM_INIT is.
    stream.initialize(to: lzma_stream())
    let code = begin(stream)
    guard code == LZMA_OK else {
      stream.deallocate()
      throw .refused(Self.reason(code))
    }
  }

  deinit {
    lzma_end(stream)
    stream.deallocate()
  }

  /// Codes the bytes, with `LZMA_FINISH` up to the end, and hands on what is ready. Stops at the end of the stream;
  /// returns how many bytes were left then.
  @discardableResult
  mutating func code(
    _ bytes: UnsafeRawBufferPointer, _ action: lzma_action, isReading: Bool,
    _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    let stream = stream
    stream.pointee.next_in = bytes.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_in = bytes.count
    var ended = isEnded
    try output.withUnsafeMutableBytes { buffer in
      while !ended {
        stream.pointee.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = buffer.count
        let code = lzma_code(stream, action)
        let count = buffer.count - stream.pointee.avail_out
        if count > 0 { try sink(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        switch code {
        case LZMA_STREAM_END: ended = true
        // No progress was possible: all input is taken.
        case LZMA_OK, LZMA_BUF_ERROR:
          if stream.pointee.avail_in == 0, action == LZMA_RUN, count < buffer.count { return }
          if code == LZMA_BUF_ERROR { throw CompressionError.damaged("it ends inside a stream") }
        default:
          throw isReading ? CompressionError.damaged(Self.reason(code)) : .refused(Self.reason(code))
        }
      }
    }
    isEnded = ended
    return stream.pointee.avail_in
  }

  private static func reason(_ code: lzma_ret) -> String {
    switch code {
    case LZMA_MEM_ERROR: "no memory for xz"
    case LZMA_MEMLIMIT_ERROR: "xz would need more memory than it may have"
    case LZMA_FORMAT_ERROR: "it is not an xz file"
    case LZMA_OPTIONS_ERROR: "its xz options are not known"
    case LZMA_DATA_ERROR: "the xz data do not match their checksum"
    default: "liblzma says \(code.rawValue)"
    }
  }
}

/// An xz stream written in pieces, with a checksum (CRC 64). Memory is constant: about 5 MiB at level 1, 94 MiB at 6,
/// 674 MiB at 9. Not for use from two threads at once.
public struct XZCompressor: ~Copyable {
  private var coder: XZCoder

  /// Begins a stream; levels go from 0 (fast) to 9 (small).
  public init(level: Int32 = 2) throws(CompressionError) {
    coder = try XZCoder { lzma_easy_encoder($0, UInt32(min(max(level, 0), 9)), LZMA_CHECK_CRC64) }
  }

  /// Compresses the next bytes and hands on what is ready.
  public mutating func write(
    _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    if bytes.count > 0 { try coder.code(bytes, LZMA_RUN, isReading: false, sink) }
  }

  /// Ends the stream and hands on its rest. Nothing can follow.
  public mutating func finish(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    try coder.code(UnsafeRawBufferPointer(start: nil, count: 0), LZMA_FINISH, isReading: false, sink)
  }
}
