internal import Concurrency
public import HTTPServer
public import Model

/// All open event streams of the server: one ticker gives each its heartbeat, however many they are.
///
/// A client that has gone is noticed only when something is written to it, so a heartbeat is also what ends the
/// streams of those clients. A stream lasts no longer than its caller's token: a revocation ends it at once, an expiry at
/// the next heartbeat.
public final class EventStreams: Sendable {
  private struct State {
    var next = 0
    var open: [Int: Stream] = [:]
    var ticker: Task<Void, Never>?
    /// Lately: a request may have been let in before and begin its stream only now.
    var revoked: [TokenID: ContinuousClock.Instant] = [:]
  }
  private struct Stream {
    var writer: EventStreamWriter
    var caller: Principal
  }
  private static let memory: Duration = .seconds(300)
  private let state = Lock(State())
  private let interval: Duration
  private let clock: @Sendable () -> Timestamp

  /// No streams; a comment line is written to each open one every `interval`.
  public init(interval: Duration = .seconds(15), clock: @escaping @Sendable () -> Timestamp) {
    self.interval = interval
    self.clock = clock
  }

  /// How many streams are open now.
  public var count: Int { state.withLock { $0.open.count } }

  /// The tokens of those who have streams open.
  public var tokens: Set<TokenID> { state.withLock { Set($0.open.values.map(\.caller.token)) } }

  /// An answer that sends the caller what `events` writes until it returns.
  public func response(
    to caller: Principal, _ events: @escaping @Sendable (EventStreamWriter) async throws -> Void
  ) -> HTTPResponse {
    HTTPResponse(
      status: 200,
      headers: [
        "Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no",
      ],
      content: .stream { body in
        let writer = EventStreamWriter(body)
        let key = self.add(Stream(writer: writer, caller: caller))
        defer { self.remove(key) }
        // Sent at once, so that the client has the answer's head before the first event.
        try await writer.write(Array("retry: 2000\n\n".utf8))
        try await writer.run(events)
      })
  }

  /// Ends the streams of a token that was revoked.
  public func end(_ token: TokenID) {
    let ended = state.withLock { state in
      let now = ContinuousClock.now
      state.revoked = state.revoked.filter { now - $0.value < Self.memory }
      state.revoked[token] = now
      return state.open.values.filter { $0.caller.token == token }
    }
    for stream in ended { stream.writer.end() }
  }

  /// Gives each open stream a heartbeat, or its end where the caller's token has expired.
  func tick() {
    let open = state.withLock { Array($0.open.values) }
    let now = clock()
    for stream in open {
      if let end = stream.caller.expiresAt, end <= now { stream.writer.end() } else { stream.writer.beat() }
    }
  }

  private func add(_ stream: Stream) -> Int {
    let (key, isRevoked) = state.withLock { state in
      state.next += 1
      state.open[state.next] = stream
      if state.ticker == nil { state.ticker = ticker() }
      return (state.next, state.revoked[stream.caller.token] != nil)
    }
    if isRevoked { stream.writer.end() }
    return key
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
