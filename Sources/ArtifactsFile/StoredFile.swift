internal import Artifacts
internal import Concurrency
internal import Files

/// Content in a file.
struct StoredFile: StoredBytes {
  private static let pieceSize: Int64 = 256 << 10

  let size: Int64
  private let content: FileDescriptor
  private let threads: BlockingThreads

  var file: FileDescriptor? { content }

  init(_ file: FileDescriptor, threads: BlockingThreads) throws {
    content = file
    size = try file.size()
    self.threads = threads
  }

  func stream(
    from offset: Int64, count: Int64, _ take: @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    guard offset >= 0, offset < size, count > 0 else { return }
    let end = offset + min(count, size - offset)
    for start in stride(from: offset, to: end, by: Int(Self.pieceSize)) {
      let count = Int(min(Self.pieceSize, end - start))
      try await take(try await threads.run { [content] in try content.read(count: count, at: start) })
    }
  }
}
