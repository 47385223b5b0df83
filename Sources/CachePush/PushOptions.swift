internal import Glibc

/// How much a session does at once.
public struct PushOptions: Sendable {
  /// How many paths are uploaded at once; most of the time of a small one is waiting for the cache.
  public var pathsAtOnce = 24
  /// How many are read and compressed at once: each takes a thread.
  public var threads = min(4, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  /// How many bytes of compressed parts may wait or be on their way at once.
  public var memory = 128 << 20
  /// Bytes of a part, but for the last one.
  var partSize = NarWork.partSize
  /// How it waits before it tries again.
  var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// The usual amounts.
  public init() {}
}
