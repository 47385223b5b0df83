public import Files

/// Bytes that never change, read from any place. Reading may block its thread.
public protocol SeekableSource: Sendable {
  /// Bytes.
  func size() throws -> Int64
  /// The bytes from `offset`; fewer than `count` at the end.
  func read(count: Int, at offset: Int64) throws -> [UInt8]
}

extension FileDescriptor: SeekableSource {}

extension SeekableSource {
  func compressedRead(_ count: Int, at offset: Int64) throws(CompressionError) -> [UInt8] {
    do { return try read(count: count, at: offset) } catch { throw .reading(error) }
  }

  func compressedSize() throws(CompressionError) -> Int64 {
    do { return try size() } catch { throw .reading(error) }
  }
}

extension CompressionError {
  static func reading(_ error: any Error) -> CompressionError {
    if let error = error as? FileError { .file(error) } else { .source(error) }
  }
}
