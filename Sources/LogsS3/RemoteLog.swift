internal import Concurrency
internal import Logs
internal import ObjectStorage

/// A compressed log in the bucket, read in blocks, of which it keeps the last few in memory.
final class RemoteLog: ArchivedBytes {
  static let blockSize = 1 << 20
  private static let blocksKept = 4

  private struct Block {
    var number: Int64
    var bytes: [UInt8]
  }

  let size: Int64
  private let bucket: BucketClient
  private let key: String
  /// The last used last.
  private let blocks: Lock<[Block]>

  init(bucket: BucketClient, key: String, size: Int64, head: [UInt8]) {
    self.bucket = bucket
    self.key = key
    self.size = size
    blocks = Lock([Block(number: 0, bytes: head)])
  }

  func read(count: Int, at offset: Int64) throws -> [UInt8] {
    guard offset >= 0, offset < size, count > 0 else { return [] }
    let end = offset + min(Int64(count), size - offset)
    var bytes: [UInt8] = []
    while offset + Int64(bytes.count) < end {
      let place = offset + Int64(bytes.count)
      let block = try block(place / Int64(Self.blockSize))
      let start = Int(place % Int64(Self.blockSize))
      guard start < block.count else { throw LogError.unavailable("\(key) is shorter than it was") }
      bytes += block[start..<min(block.count, start + Int(end - place))]
    }
    return bytes
  }

  private func block(_ number: Int64) throws -> [UInt8] {
    if let kept = kept(number) { return kept }
    let (bucket, key) = (bucket, key)
    let read = try waiting {
      try await bucket.read(key, from: number * Int64(Self.blockSize), limit: Self.blockSize)?.bytes ?? []
    }
    blocks.withLock { blocks in
      if blocks.count >= Self.blocksKept { blocks.removeFirst() }
      blocks.append(Block(number: number, bytes: read))
    }
    return read
  }

  private func kept(_ number: Int64) -> [UInt8]? {
    blocks.withLock { blocks in
      guard let index = blocks.firstIndex(where: { $0.number == number }) else { return nil }
      let block = blocks.remove(at: index)
      blocks.append(block)
      return block.bytes
    }
  }

  /// Blocks the thread, one for blocking work, until a task has the result.
  private func waiting(_ body: @escaping @Sendable () async throws -> [UInt8]) throws -> [UInt8] {
    let (done, result) = (Semaphore(), Lock<Result<[UInt8], any Error>?>(nil))
    Task {
      let made: Result<[UInt8], any Error>
      do { made = .success(try await body()) } catch { made = .failure(error) }
      result.withLock { $0 = made }
      done.signal()
    }
    done.wait()
    guard let made = result.withLock({ $0 }) else { throw CancellationError() }
    do { return try made.get() } catch let error as ObjectStorageError {
      throw LogError.unavailable(error.description)
    }
  }
}
