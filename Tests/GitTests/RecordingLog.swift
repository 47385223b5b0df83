import Concurrency

@testable import Git

/// Keeps what is said.
final class RecordingLog: GitLog {
  private let content = Lock("")

  var text: String { content.withLock { $0 } }

  func write(_ bytes: [UInt8]) async throws { content.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }
  func say(_ text: String) async { content.withLock { $0 += "wright: \(text)\n" } }
}
