internal import Artifacts
internal import Concurrency
internal import Crypto
internal import Model
internal import ObjectStorage

/// One content on its way into the bucket, which nobody sees before it is whole.
struct ContentUpload: Sendable {
  let bucket: BucketClient
  let hashing: ContentHashing
  let source: PartsReader
  let digest: ContentDigest
  /// The SHA-256 of each part.
  let pieces: [String]

  private var key: String { ArtifactsS3.blob(digest.sha256) }
  private var partSize: Int64 { Self.partSize(for: source.size) }

  /// Bytes of a part of content of `size` bytes, so that there are not more than a bucket takes.
  static func partSize(for size: Int64) -> Int64 {
    let least = size / (BucketClient.partLimits.count - 1) + 1
    return max(8 << 20, (least + 0xFFFF) & ~0xFFFF)
  }

  /// Sends what the bucket does not have. One of another size is damaged; this one takes its place.
  func send() async throws {
    if try await bucket.size(of: key) == digest.size { return }
    try await bucket.upload(key, size: digest.size, parts: pieces.count) { index in
      (.bytes(try await hashing.run { _ in try bytes(index) }), ObjectChecks(sha256: pieces[index]))
    }
  }

  /// The bytes of part `index`, which are those that were hashed. From the page cache: they were read a moment ago.
  private func bytes(_ index: Int) throws -> [UInt8] {
    let offset = Int64(index) * partSize
    let count = Int(min(partSize, source.size - offset))
    let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      try source.fill(UnsafeMutableRawBufferPointer(buffer), from: offset)
      filled = count
    }
    guard try SHA256.hex(bytes) == pieces[index] else {
      throw ArtifactStoreError.changedWhileRead(expected: source.size, found: offset)
    }
    return bytes
  }
}
