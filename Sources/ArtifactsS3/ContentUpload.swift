internal import Artifacts
internal import Concurrency
internal import Crypto
internal import Model
internal import ObjectStorage

/// One content on its way into the bucket, which nobody sees before it is whole.
struct ContentUpload: Sendable {
  /// How many parts are on their way at once.
  private static let partsAtOnce = 3
  /// Who gives an upload up does not wait long for a bucket that does not answer: it is swept later.
  private static let abortPatience = Duration.seconds(2)

  let bucket: BucketClient
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
    if pieces.count == 1 {
      try await bucket.put(key, .bytes(try bytes(0)), checks: ObjectChecks(sha256: pieces[0]))
    } else {
      try await sendParts()
    }
  }

  private func sendParts() async throws {
    let upload = try await bucket.beginUpload(key)
    do {
      let parts = try await sendParts(of: upload)
      do { try await bucket.complete(upload, parts) } catch let error as ObjectStorageError
        where error.kind == .notFound
      {
        // The answer to an earlier completion may have been lost.
        guard try await bucket.size(of: key) == digest.size else { throw error }
      }
    } catch {
      // Also where the task was cancelled.
      await Task { [bucket] in try? await bucket.abort(upload, patience: Self.abortPatience) }.value
      throw error
    }
  }

  private func sendParts(of upload: BucketUpload) async throws -> [UploadedPart] {
    try await withThrowingTaskGroup(of: UploadedPart.self) { group in
      var sent: [UploadedPart] = []
      for index in pieces.indices {
        if index >= Self.partsAtOnce, let part = try await group.next() { sent.append(part) }
        group.addTask {
          let checks = ObjectChecks(sha256: pieces[index])
          return try await bucket.uploadPart(upload, index + 1, .bytes(try bytes(index)), checks: checks)
        }
      }
      for try await part in group { sent.append(part) }
      return sent.sorted { $0.number < $1.number }
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
