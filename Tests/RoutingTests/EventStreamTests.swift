import Concurrency
import HTTPServer
import Model
import Testing

@testable import Routing

/// A client of a stream: keeps what is written, and can be told to go away or to be slow.
private final class Reader: Sendable {
  private let received = Lock<[UInt8]>([])
  private let gone = Lock(false)
  let changed = Wakeup()

  var text: String { String(decoding: received.withLock { $0 }, as: UTF8.self) }
  func leave() { gone.withLock { $0 = true } }

  var writer: HTTPBodyWriter {
    HTTPBodyWriter { bytes in
      if self.gone.withLock({ $0 }) { throw HTTPBodyError.disconnected }
      self.received.withLock { $0 += bytes }
      self.changed.signal()
    }
  }

  func wait(for part: String) async {
    while !text.contains(part) { await changed.wait() }
  }
}

private func body(of response: HTTPResponse) -> @Sendable (HTTPBodyWriter) async throws -> Void {
  if case .stream(let body) = response.content { body } else { { _ in Issue.record("not a stream") } }
}

private let now = Timestamp(milliseconds: 1_800_000_000_000)
private let caller = Principal(user: UserID(rawValue: 1), name: "admin", isSession: false, token: TokenID(rawValue: 7))

@Suite struct EventStreamTests {
  @Test(arguments: [
    ("a", "event: log\nid: 7\ndata: a\n\n"), ("a\nb", "event: log\nid: 7\ndata: a\ndata: b\n\n"),
    ("a\r\nb\rc\n", "event: log\nid: 7\ndata: a\ndata: b\ndata: c\n\n"), ("", "event: log\nid: 7\ndata: \n\n"),
    ("\nid: 1\n\nevent: x", "event: log\nid: 7\ndata: \ndata: id: 1\ndata: \ndata: event: x\n\n"),
  ])
  func `data cannot leave its event`(data: String, expected: String) {
    let bytes = EventStreamWriter.encode(event: "log", id: 7, data: Array(data.utf8))
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  @Test func `a stream sends its events and ends`() async throws {
    let streams = EventStreams { now }
    let reader = Reader()
    let response = streams.response(to: caller) { stream in
      try await stream.send(event: "a", id: 1) { $0.boolean(true) }
      try await stream.send(event: "end", data: [])
    }
    #expect(response.headers["Content-Type"] == "text/event-stream")
    #expect(response.headers["Cache-Control"] == "no-store")
    #expect(response.headers["X-Accel-Buffering"] == "no")
    try await body(of: response)(reader.writer)
    #expect(reader.text == "retry: 2000\n\nevent: a\nid: 1\ndata: true\n\nevent: end\ndata: \n\n")
    #expect(streams.count == 0)
  }

  @Test func `open streams hear a heartbeat, and the one whose reader left is ended`() async throws {
    let streams = EventStreams { now }
    let (staying, leaving) = (Reader(), Reader())
    let opened = Wakeup()
    let response = streams.response(to: caller) { stream in
      try await stream.send(event: "open", data: [])
      opened.signal()
      try await Task.sleep(for: .seconds(3600))
    }
    let first = Task { try await body(of: response)(staying.writer) }
    let second = Task { try await body(of: response)(leaving.writer) }
    await staying.wait(for: "open")
    await leaving.wait(for: "open")
    #expect(streams.count == 2)
    leaving.leave()
    streams.tick()
    await staying.wait(for: "\n\n:\n\n")
    await #expect(throws: (any Error).self) { try await second.value }
    #expect(streams.count == 1)
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(streams.count == 0)
  }

  @Test func `a stream ends with its caller's token, revoked or expired`() async throws {
    let time = Lock(now)
    let streams = EventStreams { time.withLock { $0 } }
    var callers = [caller, caller, caller]
    callers[1].token = TokenID(rawValue: 8)
    callers[2].token = TokenID(rawValue: 9)
    callers[2].expiresAt = now + .seconds(10)
    let readers = callers.map { _ in Reader() }
    let tasks = zip(callers, readers).map { caller, reader in
      Task {
        try await body(
          of: streams.response(to: caller) { stream in
            try await stream.send(event: "open", data: [])
            try await Task.sleep(for: .seconds(3600))
          })(reader.writer)
      }
    }
    for reader in readers { await reader.wait(for: "open") }
    streams.end(TokenID(rawValue: 8))
    await #expect(throws: CancellationError.self) { try await tasks[1].value }
    time.withLock { $0 = now + .seconds(9) }
    streams.tick()
    await readers[2].wait(for: "\n\n:\n\n")
    #expect(streams.count == 2)
    time.withLock { $0 = now + .seconds(10) }
    streams.tick()
    await #expect(throws: CancellationError.self) { try await tasks[2].value }
    #expect(streams.count == 1)
    tasks[0].cancel()
    _ = await tasks[0].result
  }

  @Test func `a stream that begins after its token was revoked ends at once`() async throws {
    let streams = EventStreams { now }
    let response = streams.response(to: caller) { _ in try await Task.sleep(for: .seconds(3600)) }
    streams.end(caller.token)
    await #expect(throws: CancellationError.self) { try await body(of: response)(Reader().writer) }
    #expect(streams.count == 0)
  }

  @Test func `an event waits for the heartbeat that is being written`() async throws {
    let written = Lock<[String]>([])
    let (entered, proceed, unblocked) = (Wakeup(), Wakeup(), Wakeup())
    let writer = EventStreamWriter(
      HTTPBodyWriter { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix(":") {
          entered.signal()
          await proceed.wait()
        }
        written.withLock { $0.append(text) }
        unblocked.signal()
      })
    writer.beat()
    await entered.wait()
    writer.beat()
    let send = Task { try await writer.send(event: "a", data: []) }
    proceed.signal()
    try await send.value
    #expect(written.withLock { $0 } == [":\n\n", "event: a\ndata: \n\n"])
  }

  @Test(
    arguments: [
      (["Last-Event-ID": "12"], "/?offset=5", 12), ([:], "/?offset=5", 5), ([:], "/", 0),
      (["Last-Event-ID": ""], "/", 0),
    ] as [(HTTPHeaders, String, Int64)])
  func `a stream goes on where it was left`(headers: HTTPHeaders, target: String, offset: Int64) throws {
    #expect(try HTTPRequest.get(target, headers).resumeOffset() == offset)
  }

  @Test(arguments: ["/?offset=-1", "/?offset=x", "/?offset=99999999999999999999"])
  func `a wrong offset is refused`(target: String) {
    #expect(throws: Problem.self) { try HTTPRequest.get(target).resumeOffset() }
  }
}
