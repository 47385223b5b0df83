internal import Concurrency
internal import Glibc

/// Keeps bulk data from the last space of a file system, which the database needs to note how a build ended.
///
/// What is asked for is granted in steps, so that asking costs a system call for every few MiB, or once a second: the
/// file system is shared with others who do not ask.
public final class FreeSpace: Sendable {
  /// What is left to the database, by who asks: a file system below it is full for that purpose.
  public enum Purpose: Sendable, CaseIterable {
    /// Artifacts leave the most, so that the job can still log that one was stored, or why not.
    case artifacts
    /// Logs that grow.
    case logs
    /// Compression of logs: it needs space for a moment to give more of it back.
    case compression

    /// At most so many bytes are left, ...
    var limit: Int64 {
      switch self {
      case .artifacts: 128 << 20
      case .logs: 64 << 20
      case .compression: 32 << 20
      }
    }
    /// ... and so many thousandths of a file system that is small.
    var thousandths: Int64 {
      switch self {
      case .artifacts: 100
      case .logs: 50
      case .compression: 25
      }
    }
  }

  /// Bytes of a file system.
  public struct Size: Sendable {
    /// Those that may still be used.
    public var free: Int64
    /// All; 0 where the file system does not know.
    public var total: Int64

    /// A size.
    public init(free: Int64, total: Int64) {
      self.free = free
      self.total = total
    }
  }

  /// Looks at a file system.
  public typealias Measure = @Sendable () throws -> Size

  private struct Grant {
    var bytes: Int64 = 0
    var end: ContinuousClock.Instant?
  }

  private static let step: Int64 = 4 << 20
  private static let trust = Duration.seconds(1)
  private let purpose: Purpose
  private let path: String
  private let measure: Measure
  private let grant = Lock(Grant())

  /// The space of the file system that `directory` is on. `measure` stands in for it in tests.
  public init(of directory: String, for purpose: Purpose, measure: Measure? = nil) {
    self.purpose = purpose
    path = directory
    self.measure = measure ?? { try Self.measure(directory) }
  }

  /// Returns where `bytes` may be written. Otherwise throws an error whose `isNoSpace` is true. Not for the
  /// cooperative pool.
  public func claim(_ bytes: Int64) throws {
    let now = ContinuousClock.now
    let isGranted = grant.withLock { grant in
      guard let end = grant.end, now < end, bytes <= grant.bytes else { return false }
      grant.bytes -= bytes
      return true
    }
    if isGranted { return }
    let left = try left(atLeast: bytes) - bytes
    // Half of what is left at most: others write too.
    grant.withLock { $0 = Grant(bytes: min(Self.step, left / 2), end: now + Self.trust) }
  }

  /// Throws an error whose `isNoSpace` is true where less than `room` bytes may be written now, or without it, too little
  /// to begin anything: 1 MiB, or as much as stays free of a small file system. Not for the cooperative pool.
  public func check(room: Int64? = nil) throws { _ = try left(atLeast: room) }

  private func left(atLeast bytes: Int64?) throws -> Int64 {
    let size = try measure()
    // Some file systems do not know their size; then only writing tells.
    guard size.total > 0 else { return .max }
    let floor = Self.floor(for: purpose, of: size.total)
    let free = size.free
    guard free - floor >= bytes ?? min(1 << 20, floor) else {
      throw FileError(
        code: ENOSPC,
        operation: "write (\(floor >> 10) KiB stay free for the database, and only \(free >> 10) KiB are)",
        path: path)
    }
    return free - floor
  }

  /// The bytes that `purpose` leaves free of a file system of `total` bytes.
  public static func floor(for purpose: Purpose, of total: Int64) -> Int64 {
    min(purpose.limit, total / 1000 * purpose.thousandths)
  }

  /// The size of the file system that `directory` is on. Not for the cooperative pool.
  public static func measure(_ directory: String) throws -> Size {
    var status = statvfs()
    while statvfs(directory, &status) != 0 {
      if errno != EINTR { throw FileError.last("statvfs", directory) }
    }
    return Size(
      free: bytes(UInt64(status.f_bavail), status), total: bytes(UInt64(status.f_blocks), status))
  }

  private static func bytes(_ blocks: UInt64, _ status: statvfs) -> Int64 {
    let (bytes, isHuge) = blocks.multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return isHuge ? .max : Int64(clamping: bytes)
  }
}
