import Concurrency
import Testing

@testable import Agent

struct OutputGathererTests {
  struct Broken: Error {}

  @Test func `The first bytes go at once, and those that come while they are sent go together`() async throws {
    let sent = Sent()
    let gatherer = OutputGatherer { bytes, _ in await sent.take(bytes) }
    try await gatherer.write([1])
    await sent.begun.wait()
    for byte in UInt8(2)...100 { try await gatherer.write([byte]) }
    sent.release()
    try await gatherer.close()
    #expect(sent.all.first == [1])
    #expect(sent.all.flatMap { $0 } == Array(1...100))
    #expect(sent.all.count == 2)
  }

  @Test func `A writer waits while too much is held, so memory is bounded`() async throws {
    let sent = Sent()
    let gatherer = OutputGatherer { bytes, _ in await sent.take(bytes) }
    let chunk = [UInt8](repeating: 7, count: OutputGatherer.size)
    let written = Lock(0)
    let writer = Task {
      for _ in 0..<20 {
        try await gatherer.write(chunk)
        written.withLock { $0 += 1 }
      }
    }
    await sent.begun.wait()
    // One piece is being sent and one more fits; the writer cannot have gone on.
    #expect(written.withLock { $0 } <= 2)
    sent.release()
    try await writer.value
    try await gatherer.close()
    #expect(sent.all.reduce(0) { $0 + $1.count } == 20 * chunk.count)
    #expect(sent.all.allSatisfy { $0.count <= 2 * OutputGatherer.size })
  }

  @Test func `After a failure bytes are dropped without waiting, and close tells`() async throws {
    let gatherer = OutputGatherer { _, _ in throw Broken() }
    for _ in 0..<10 { try await gatherer.write([UInt8](repeating: 1, count: OutputGatherer.size)) }
    await #expect(throws: Broken.self) { try await gatherer.close() }
  }

  @Test func `A cancelled writer does not hang on a full buffer`() async throws {
    let sent = Sent()
    let gatherer = OutputGatherer { bytes, _ in await sent.take(bytes) }
    let writer = Task {
      while true { try await gatherer.write([UInt8](repeating: 1, count: OutputGatherer.size)) }
    }
    await sent.begun.wait()
    writer.cancel()
    await #expect(throws: CancellationError.self) { try await writer.value }
    sent.release()
    try await gatherer.close()
  }
}

/// Takes pieces, but the first only when released.
private final class Sent: Sendable {
  let begun = Wakeup()
  private let released = Wakeup()
  private let pieces = Lock<[[UInt8]]>([])

  var all: [[UInt8]] { pieces.withLock { $0 } }

  func take(_ bytes: [UInt8]) async {
    let isFirst = pieces.withLock { pieces in
      pieces.append(bytes)
      return pieces.count == 1
    }
    guard isFirst else { return }
    begun.signal()
    await released.wait()
  }

  func release() { released.signal() }
}
