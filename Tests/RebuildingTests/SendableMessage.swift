import Concurrency
import Queue

/// A forge's message from memory.
final class SendableMessage: Sendable {
  private let headers: [String: String]
  private let pieces: Lock<[[UInt8]]>

  init(headers: [String: String], pieces: [[UInt8]]) {
    self.headers = headers
    self.pieces = Lock(pieces)
  }

  var message: WebhookMessage {
    WebhookMessage(
      header: { [headers] in headers[$0] },
      body: { [pieces] in pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() } })
  }
}
