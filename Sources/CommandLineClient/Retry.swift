internal import HTTPClient

/// Waits before a request is made again after a connection was cut; gives up when nothing came for a while.
struct Retry: Sendable {
  /// Waits; tests do not.
  var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  /// Attempts without a byte in between.
  var limit = 12
  private var failures = 0

  init() {}

  /// One whose waits are done by `pause`.
  init(limit: Int = 12, pause: @escaping @Sendable (Duration) async throws -> Void) {
    self.limit = limit
    self.pause = pause
  }

  /// Something came.
  mutating func succeeded() { failures = 0 }

  /// Waits for the next attempt where `error` is a connection's; throws it where it is another, or one too many.
  mutating func recover(from error: any Error) async throws {
    guard error is HTTPClientError || error is TransferFailure else { throw error }
    failures += 1
    guard failures <= limit else { throw error }
    try await pause(.milliseconds(min(5000, 100 << min(failures, 6))))
  }
}
