/// What compresses bytes that come in pieces.
public protocol StreamCompressor: ~Copyable {
  /// Compresses the next bytes and hands on what is ready.
  mutating func write(_ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws
  /// Hands on the rest.
  mutating func finish(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws
}

extension Compressor: StreamCompressor {}
extension XZCompressor: StreamCompressor {}

/// Hands everything on as it is.
public struct NoCompressor: StreamCompressor, ~Copyable {
  /// A compressor that does nothing.
  public init() {}

  /// Hands on the bytes.
  public mutating func write(_ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    if !bytes.isEmpty { try sink(bytes) }
  }

  /// Nothing is left.
  public mutating func finish(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {}
}
