public import Files

/// Stored bytes that were opened. They never change; where they are removed meanwhile, a reader of a file reads on, and
/// others get `ArtifactStoreError.unknownContent`.
public protocol StoredBytes: Sendable {
  /// Bytes.
  var size: Int64 { get }
  /// The file that holds nothing but them; nil where they are on no disk of this machine.
  var file: FileDescriptor? { get }
  /// Calls `take` with `count` bytes from `offset`, or as many as there are, in pieces and in order, no faster than it
  /// takes them. What it throws ends the reading.
  func stream(from offset: Int64, count: Int64, _ take: @Sendable ([UInt8]) async throws -> Void) async throws
}

extension StoredBytes {
  /// The bytes from `offset`, at most `count`; for content whose size is known to be small.
  public func read(count: Int, at offset: Int64) async throws -> [UInt8] {
    let collector = Collector()
    try await stream(from: offset, count: Int64(count)) { await collector.add($0) }
    return await collector.bytes
  }
}

private actor Collector {
  private(set) var bytes: [UInt8] = []
  func add(_ more: [UInt8]) { bytes += more }
}
