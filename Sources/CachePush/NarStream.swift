internal import Compression
internal import Concurrency
internal import Crypto
internal import NixFormat

/// What a whole NAR came to.
struct NarDigest: Sendable, Hashable {
  var narHash: NarHash
  var narSize: Int64
  var fileHash: NarHash
  var fileSize: Int64
}

/// A path of the store that is being read, hashed and compressed on a thread, and comes as parts. The thread waits while
/// the parts in memory use up the budget; it stops where nobody reads any more.
final class NarStream: Sendable {
  /// In order; ends after the last one, or with what went wrong.
  let parts: AsyncThrowingStream<NarPart, any Error>
  private let result: Lock<NarDigest?>

  private init(_ parts: AsyncThrowingStream<NarPart, any Error>, _ result: Lock<NarDigest?>) {
    self.parts = parts
    self.result = result
  }

  /// What the NAR came to, once the parts have ended without an error.
  func digest() throws(PushError) -> NarDigest {
    guard let digest = result.withLock({ $0 }) else { throw .unreadable("its NAR was not read to the end") }
    return digest
  }

  /// Begins to read.
  static func begin(_ info: StorePathInfo, _ work: NarWork) -> NarStream {
    let (parts, continuation) = AsyncThrowingStream<NarPart, any Error>.makeStream()
    let (result, isAbandoned) = (Lock<NarDigest?>(nil), Lock(false))
    continuation.onTermination = { _ in isAbandoned.withLock { $0 = true } }
    let isQueued = work.threads.submit {
      do {
        let digest = try work.run(info, isAbandoned: { isAbandoned.withLock { $0 } }) { continuation.yield($0) }
        result.withLock { $0 = digest }
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    if !isQueued { continuation.finish(throwing: PushError.cancelled) }
    return NarStream(parts, result)
  }
}

/// How paths of the store become parts.
struct NarWork: Sendable {
  /// Bytes of a part, but for the last one.
  static let partSize = 32 << 20

  var store: NixStoreAccess
  var compression: NarInfo.Compression
  var level: Int32
  var partSize = Self.partSize
  var budget: ByteBudget
  var threads: BlockingThreads

  /// Reads, hashes and compresses; hands each part on. Blocks.
  func run(
    _ info: StorePathInfo, isAbandoned: () -> Bool, _ take: (NarPart) -> Void
  ) throws -> NarDigest {
    switch compression {
    case .xz: return try run(info, try XZCompressor(level: level), isAbandoned, take)
    case .none: return try run(info, NoCompressor(), isAbandoned, take)
    default: return try run(info, try Compressor(level: level, size: info.narSize), isAbandoned, take)
    }
  }

  private func run<C: StreamCompressor & ~Copyable>(
    _ info: StorePathInfo, _ compressor: consuming C, _ isAbandoned: () -> Bool, _ take: (NarPart) -> Void
  ) throws -> NarDigest {
    var compressor = compressor
    var hash = try SHA256()
    var size: Int64 = 0
    var parts = try PartAssembler(partSize: partSize, budget: budget, expected: info.narSize)
    try NarDump.write(store.location(of: info.path), expected: info.narSize) { bytes in
      if isAbandoned() { throw CancellationError() }
      size += Int64(bytes.count)
      // Before the compressor would refuse it, for a reason that nobody understands.
      guard size <= info.narSize else { throw Self.changed }
      hash.update(bytes)
      try compressor.write(bytes) { try parts.take($0, take) }
    }
    guard let narHash = NarHash(bytes: try hash.finish()), narHash == info.narHash, size == info.narSize else {
      throw Self.changed
    }
    try compressor.finish { try parts.take($0, take) }
    let (fileHash, fileSize) = try parts.finish(take)
    return NarDigest(narHash: narHash, narSize: size, fileHash: fileHash, fileSize: fileSize)
  }

  private static let changed = PushError.unreadable(
    "its files are not what the store says they are; `nix store verify` looks into it, `nix store repair` mends it")
}

/// Cuts compressed bytes into parts.
struct PartAssembler: ~Copyable {
  private let partSize: Int
  private let budget: ByteBudget
  private var bytes: [UInt8] = []
  private var number = 1
  private var hash: SHA256
  private var size: Int64 = 0

  init(partSize: Int, budget: ByteBudget, expected: Int64) throws {
    (self.partSize, self.budget) = (partSize, budget)
    hash = try SHA256()
    // Pages that are not written to take no memory.
    bytes.reserveCapacity(Int(min(Int64(partSize), expected)))
  }

  mutating func take(_ piece: UnsafeRawBufferPointer, _ sink: (NarPart) -> Void) throws {
    hash.update(piece)
    size += Int64(piece.count)
    var rest = piece[...]
    while !rest.isEmpty {
      if bytes.count == partSize { try emit(isLast: false, sink) }
      let some = rest.prefix(partSize - bytes.count)
      bytes.append(contentsOf: some)
      rest = rest.dropFirst(some.count)
    }
  }

  consuming func finish(_ sink: (NarPart) -> Void) throws -> (hash: NarHash, size: Int64) {
    try emit(isLast: true, sink)
    guard let result = NarHash(bytes: try hash.finish()) else { throw PushError.unreadable("SHA-256 failed") }
    return (result, size)
  }

  private mutating func emit(isLast: Bool, _ sink: (NarPart) -> Void) throws {
    var md5 = try MD5()
    md5.update(bytes)
    guard budget.take(bytes.count) else { throw PushError.cancelled }
    sink(NarPart(number: number, isLast: isLast, bytes: bytes, md5: try md5.finish(), budget: budget))
    number += 1
    bytes = []
    if !isLast { bytes.reserveCapacity(partSize) }
  }
}
