internal import Artifacts
internal import Files
internal import ObjectStorage

/// Content in the bucket, with its first bytes.
struct RemoteBytes: StoredBytes {
  /// How many bytes come with the opening.
  static let headSize = 64 << 10

  let bucket: BucketClient
  let sha256: String
  let size: Int64
  let head: [UInt8]

  var file: FileDescriptor? { nil }

  func stream(
    from offset: Int64, count: Int64, _ take: @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    guard offset >= 0, offset < size, count > 0 else { return }
    let end = offset + min(count, size - offset)
    if offset < Int64(head.count) {
      let first = head[Int(offset)..<Int(min(end, Int64(head.count)))]
      try await take(Array(first))
    }
    let rest = max(offset, Int64(head.count))
    guard rest < end else { return }
    do {
      try await bucket.stream(ArtifactsS3.blob(sha256), from: rest, count: end - rest, take)
    } catch let error as ObjectStorageError {
      // Removed since it was opened.
      throw error.kind == .notFound ? ArtifactStoreError.unknownContent(sha256) : ArtifactStoreError(error)
    }
  }
}
