internal import NixFormat

/// A kind of cache, as a session uses it. Safe from any task.
protocol CacheClient: Sendable {
  /// Finds out whether the cache is there and lets us in, and how NARs shall be compressed. Before anything else.
  func open() async throws -> NarInfo.Compression
  /// Those of these paths that the cache does not have.
  func missing(_ paths: [StorePath]) async throws -> Set<StorePath>
  /// Uploads a path. `commit` is awaited before the path becomes visible. Returns how many bytes were sent. Throws
  /// `TryAgain` where another attempt, with the NAR read anew, may go better; leaves nothing behind then.
  func push(_ info: StorePathInfo, _ nar: NarStream, commit: @Sendable () async throws -> Void) async throws -> Int64
}

/// An attempt to push a path that failed, and may go better the next time.
struct TryAgain: Error {
  var reason: PushError
  /// How often a path is pushed at all where this happens each time.
  var attempts = 3
}
