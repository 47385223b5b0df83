internal import Concurrency
public import Files
public import Logs
public import Model
public import ObjectStorage

/// Compressed logs in a bucket, as `logs/<job / 4096>/<job>.zst`, the names that a folder of logs has. They are read by
/// ranges: whoever looks at the end of a large log does not fetch the rest.
public final class LogsS3: LogArchive {
  /// Bytes of a part of a large log.
  private static let partSize: Int64 = 8 << 20
  private let bucket: BucketClient

  /// An archive in the bucket of `bucket`, under the prefix of its address. Nothing is asked yet.
  public init(_ bucket: BucketClient) { self.bucket = bucket }

  /// Stores the first `size` bytes of `file` as the log of a job, in the place of one that is there.
  public func store(_ job: JobID, _ file: FileDescriptor, size: Int64) async throws {
    let count = max(1, (size + Self.partSize - 1) / Self.partSize)
    try await saying {
      try await bucket.upload(Self.key(job), size: size, parts: Int(count)) { index in
        let offset = Int64(index) * Self.partSize
        return (.file(file, offset: offset, count: min(Self.partSize, size - offset)), ObjectChecks())
      }
    }
  }

  /// Opens the log of a job; nil where there is none.
  public func open(_ job: JobID) async throws -> (any ArchivedBytes)? {
    try await saying {
      try await bucket.read(Self.key(job), from: 0, limit: RemoteLog.blockSize).map { head, size in
        RemoteLog(bucket: bucket, key: Self.key(job), size: size, head: head)
      }
    }
  }

  /// Removes the log of a job. An absent one is fine.
  public func delete(_ job: JobID) async throws { try await saying { try await bucket.delete(Self.key(job)) } }

  static func key(_ job: JobID) -> String { "logs/\(job.rawValue >> 12)/\(job).zst" }

  private func saying<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as ObjectStorageError {
      throw LogError.unavailable(error.description)
    }
  }
}
