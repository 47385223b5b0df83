internal import Concurrency
public import HTTPServer

/// All open event streams of the server: one ticker gives each its heartbeat, however many they are.
///
/// A client that has gone is noticed only when something is written to it, so a heartbeat is also what ends the
/// streams of those clients.
public final class EventStreams: Sendable {
  private struct State {
    var next = 0
    var open: [Int: EventStreamWriter] = [:]
    var ticker: Task<Void, Never>?
  }
  private let state = Lock(State())
  private let interval: Duration

  /// No streams; a comment line is written to each open one every `interval`.
  public init(interval: Duration = .seconds(15)) { self.interval = interval }

  /// How many streams are open now.
  public var count: Int { state.withLock { $0.open.count } }

  /// An answer that sends what `events` writes until it returns.
  public func response(_ events: @escaping @Sendable (EventStreamWriter) async throws -> Void) -> HTTPResponse {
    HTTPResponse(
      status: 200,
      headers: [
        "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
      ],
      content: .stream { body in
        let writer = EventStreamWriter(body)
        let key = self.add(writer)
        defer { self.remove(key) }
        // Sent at once, so that the client has the answer's head before the first event.
        try await writer.write(Array("retry: 2000\n\n".utf8))
        try await writer.run(events)
      })
  }

  /// Gives each open stream a heartbeat.
  func tick() {
    let open = state.withLock { Array($0.open.values) }
    for writer in open { writer.beat() }
  }

  private func add(_ writer: EventStreamWriter) -> Int {
    state.withLock { state in
      state.next += 1
      state.open[state.next] = writer
      if state.ticker == nil { state.ticker = ticker() }
      return state.next
    }
  }

  private func remove(_ key: Int) {
    state.withLock { state in
      state.open[key] = nil
      guard state.open.isEmpty else { return }
      state.ticker?.cancel()
      state.ticker = nil
    }
  }

  private func ticker() -> Task<Void, Never> {
    Task { [weak self, interval] in
      while (try? await Task.sleep(for: interval)) != nil { self?.tick() }
    }
  }
}

extension HTTPRequest {
  /// Where an event stream goes on: `Last-Event-ID`, which a browser sends when it reconnects, before `?offset=`; 0
  /// without either. A `Problem` 400 for what is no offset.
  public func resumeOffset() throws -> Int64 {
    let last = headers["Last-Event-ID"].flatMap { $0.isEmpty ? nil : $0 }
    guard let text = last ?? query("offset") else { return 0 }
    guard let offset = Int64(digits: text) else {
      throw Problem(400, "'\(text.shortened)' is no byte offset to go on from")
    }
    return offset
  }
}
