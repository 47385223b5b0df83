internal import Artifacts
internal import Concurrency
internal import Crypto
internal import Files
internal import Glibc
internal import Model

/// Copies a file once and hashes exactly the bytes that it writes, so that a source that changes meanwhile cannot make
/// the stored bytes differ from their hash. SHA-256 and MD5 run on two threads beside the copying one.
struct HashingCopy {
  /// From so many bytes on, the copy is written past the page cache: a copy in memory less, no memory of the machine
  /// taken for what nobody may read soon, and nothing left to wait for at the end.
  private static let directSize: Int64 = 4 << 20

  let source: FileDescriptor
  let size: Int64
  let destination: FileDescriptor
  let space: FreeSpace
  /// True once nobody wants the copy any more.
  let isCancelled: @Sendable () -> Bool
  /// At least two threads for each copy at a time; with fewer, copies would wait for each other's hashes forever.
  let hashers: BlockingThreads

  /// Does it, and makes the copy durable. Throws `CancellationError` between two blocks.
  func run() throws -> ContentDigest {
    let ring = BlockRing()
    let sha256 = HashTask()
    let md5 = HashTask()
    guard hashers.submit({ sha256.run { try Self.sha256(ring) } }) else { throw CancellationError() }
    guard hashers.submit({ md5.run { try Self.md5(ring) } }) else {
      ring.publish(0, length: 0)
      throw CancellationError()
    }
    // MD5 is the slowest of all; the disk catches up while it ends.
    let copied = Result {
      try copy(through: ring)
      try destination.synchronize()
    }
    let digests = (Result { try sha256.value() }, Result { try md5.value() })
    try copied.get()
    return ContentDigest(
      sha256: Hexadecimal.string(try digests.0.get()), md5: Hexadecimal.string(try digests.1.get()), size: size)
  }

  private func copy(through ring: BlockRing) throws {
    var offset: Int64 = 0
    var number = 0
    var isDirect = size >= Self.directSize && destination.setDirect(true)
    // Whatever happens, the readers must see an end.
    defer {
      _ = ring.blockToFill(number)
      ring.publish(number, length: 0)
    }
    while offset < size {
      if isCancelled() { throw CancellationError() }
      let block = ring.blockToFill(number)
      let wanted = UnsafeMutableRawBufferPointer(rebasing: block[..<Int(min(Int64(block.count), size - offset))])
      do { try fill(wanted, from: offset) } catch {
        ring.handBack()
        throw error
      }
      ring.publish(number, length: wanted.count)
      number += 1
      // The rest at the end of the file is not a multiple of a disk's block.
      if wanted.count < block.count { leaveDirect(&isDirect) }
      try write(UnsafeRawBufferPointer(wanted), at: offset, &isDirect)
      offset += Int64(wanted.count)
    }
  }

  private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64, _ isDirect: inout Bool) throws {
    try space.claim(Int64(bytes.count))
    do { try destination.write(bytes, at: offset) } catch {
      // A disk that wants larger multiples than ours refuses here; through the page cache anything goes.
      guard isDirect, error.code == EINVAL else { throw error }
      leaveDirect(&isDirect)
      try destination.write(bytes, at: offset)
    }
  }

  private func leaveDirect(_ isDirect: inout Bool) {
    if isDirect && destination.setDirect(false) { isDirect = false }
  }

  /// Reads all of `block`; a file that ends before is shorter than was announced.
  private func fill(_ block: UnsafeMutableRawBufferPointer, from offset: Int64) throws {
    var filled = 0
    while filled < block.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: block[filled...])
      let count = try source.read(into: rest, at: offset + Int64(filled))
      if count == 0 { throw ArtifactStoreError.changedWhileRead(expected: size, found: offset + Int64(filled)) }
      filled += count
    }
  }

  private static func sha256(_ ring: BlockRing) throws -> [UInt8] {
    do {
      var hash = try SHA256()
      ring.read(as: 0) { hash.update($0) }
      return try hash.finish()
    } catch {
      ring.skip(as: 0)
      throw error
    }
  }

  private static func md5(_ ring: BlockRing) throws -> [UInt8] {
    do {
      var hash = try MD5()
      ring.read(as: 1) { hash.update($0) }
      return try hash.finish()
    } catch {
      ring.skip(as: 1)
      throw error
    }
  }
}

/// A result that one thread makes and another waits for.
private final class HashTask: Sendable {
  private let result = Lock<Result<[UInt8], any Error>?>(nil)
  private let done = Semaphore()

  func run(_ body: () throws -> [UInt8]) {
    let made = Result { try body() }
    result.withLock { $0 = made }
    done.signal()
  }

  func value() throws -> [UInt8] {
    done.wait()
    guard let made = result.withLock({ $0 }) else { throw CancellationError() }
    return try made.get()
  }
}
