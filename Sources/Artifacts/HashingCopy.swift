internal import Concurrency
internal import Crypto
public import Files
internal import Glibc
public import Model

/// Copies content once and hashes exactly the bytes that it writes, so that a source that changes meanwhile cannot make
/// the stored bytes differ from their hash. SHA-256, MD5 and the inspector run on threads beside the copying one.
public struct HashingCopy {
  /// From so many bytes on, the copy is written past the page cache: a copy in memory less, no memory of the machine
  /// taken for what nobody may read soon, and nothing left to wait for at the end.
  private static let directSize: Int64 = 4 << 20
  /// Up to so many bytes, handing blocks to other threads costs more than it saves.
  private static let smallSize: Int64 = 256 << 10

  private let source: PartsReader
  private let destination: FileDescriptor?
  private let space: FreeSpace?
  private let inspector: (any ContentInspector)?
  private let threads: HashingThreads

  private var size: Int64 { source.size }

  /// True where the copy is not made durable by itself.
  public var isSmall: Bool { size <= Self.smallSize }

  /// A copy to `destination`, on whose file system `space` is; without one, the source is hashed and inspected alone.
  public init(
    source: PartsReader, destination: FileDescriptor?, space: FreeSpace?, inspector: (any ContentInspector)?,
    threads: HashingThreads
  ) {
    self.source = source
    self.destination = destination
    self.space = space
    self.inspector = inspector
    self.threads = threads
  }

  /// Does it, and makes the copy durable unless it is small. Throws `CancellationError` between two blocks.
  public func run() throws -> ContentDigest {
    if isSmall { return try copyAtOnce() }
    let refusal = Lock<(any Error)?>(nil)
    let ring = BlockRing(readers: inspector == nil ? 2 : 3)
    let tasks = readers(of: ring, refusal).map { ($0, HashTask()) }
    for (body, task) in tasks {
      guard threads.threads.submit({ task.run { try body() } }) else {
        // Those that were begun must see an end.
        ring.publish(0, length: 0)
        throw CancellationError()
      }
    }
    // MD5 is the slowest of all; the disk catches up while it ends.
    let copied = Result {
      try copy(through: ring) { refusal.withLock { $0 != nil } }
      try destination?.synchronize()
    }
    let digests = tasks.map { task in Result { try task.1.value() } }
    try copied.get()
    if let refusal = refusal.withLock({ $0 }) { throw refusal }
    return ContentDigest(
      sha256: Hexadecimal.string(try digests[0].get()), md5: Hexadecimal.string(try digests[1].get()), size: size)
  }

  private func copyAtOnce() throws -> ContentDigest {
    if threads.isCancelled() { throw CancellationError() }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    return try bytes.withUnsafeMutableBytes { block in
      try source.fill(block, from: 0)
      if let destination {
        try space?.claim(size)
        try destination.write(UnsafeRawBufferPointer(block), at: 0)
      }
      var sha256 = try SHA256()
      var md5 = try MD5()
      sha256.update(UnsafeRawBufferPointer(block))
      md5.update(UnsafeRawBufferPointer(block))
      if size > 0 { try inspector?.take(UnsafeRawBufferPointer(block)) }
      return ContentDigest(
        sha256: Hexadecimal.string(try sha256.finish()), md5: Hexadecimal.string(try md5.finish()), size: size)
    }
  }

  private func readers(
    of ring: BlockRing, _ refusal: Lock<(any Error)?>
  ) -> [@Sendable () throws -> [UInt8]] {
    let hashes: [@Sendable () throws -> [UInt8]] = [{ try Self.sha256(ring) }, { try Self.md5(ring) }]
    guard let inspector else { return hashes }
    return hashes + [
      {
        ring.read(as: 2) { block in
          if refusal.withLock({ $0 != nil }) { return }
          do { try inspector.take(block) } catch { refusal.withLock { $0 = error } }
        }
        return []
      }
    ]
  }

  private func copy(through ring: BlockRing, isRefused: () -> Bool) throws {
    var offset: Int64 = 0
    var number = 0
    var isDirect = size >= Self.directSize && destination?.setDirect(true) == true
    // Whatever happens, the readers must see an end.
    defer {
      _ = ring.blockToFill(number)
      ring.publish(number, length: 0)
    }
    while offset < size {
      if threads.isCancelled() { throw CancellationError() }
      if isRefused() { return }
      let block = ring.blockToFill(number)
      let wanted = UnsafeMutableRawBufferPointer(rebasing: block[..<Int(min(Int64(block.count), size - offset))])
      do { try source.fill(wanted, from: offset) } catch {
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
    guard let destination else { return }
    try space?.claim(Int64(bytes.count))
    do { try destination.write(bytes, at: offset) } catch {
      // A disk that wants larger multiples than ours refuses here; through the page cache anything goes.
      guard isDirect, error.code == EINVAL else { throw error }
      leaveDirect(&isDirect)
      try destination.write(bytes, at: offset)
    }
  }

  private func leaveDirect(_ isDirect: inout Bool) {
    if isDirect && destination?.setDirect(false) == true { isDirect = false }
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
