internal import Concurrency
public import Drivers

/// Keeps what it is given.
public final class Recorder: OutputSink {
  private let bytes = Lock<[UInt8]>([])
  private let ended = Lock(false)
  private let wakeup = Wakeup()

  /// Nothing yet.
  public init() {}

  /// Takes `more`.
  public func write(_ more: [UInt8]) async throws {
    bytes.withLock { $0 += more }
    wakeup.signal()
  }

  /// All that it was given.
  public var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

  /// No more will come.
  public func end() {
    ended.withLock { $0 = true }
    wakeup.signal()
  }

  /// Waits until the output contains `text`; false where it ended without.
  public func contains(_ text: String) async -> Bool {
    while !self.text.contains(text) {
      if ended.withLock({ $0 }) { return false }
      await wakeup.wait()
    }
    return true
  }
}
