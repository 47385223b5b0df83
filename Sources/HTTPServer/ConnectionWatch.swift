internal import CMicrohttpd
internal import Concurrency

/// All connections, each with the time until which it has to have sent a whole head, or the next piece of a body.
///
/// The library itself only closes connections that are silent. Without this, clients that send a byte now and then
/// would hold all connections for ever. One timer serves all; it runs as long as there are connections.
final class ConnectionWatch: Sendable {
  /// What the library keeps with a connection; 0 for one that is not watched.
  typealias Key = UInt

  private struct Connection {
    let socket: Int32
    /// The request whose body is being received.
    var body: Exchange?
  }

  private struct State {
    var connections: [Key: Connection] = [:]
    var wheel = DeadlineWheel<Key>()
    var lastKey: Key = 0
    var timer: Task<Void, Never>?
    var isStopped = false
    var limit = Int.max
    var isFull = false
  }

  private static let tick = Duration.milliseconds(100)

  private let configuration: HTTPServerConfiguration
  private let begin = ContinuousClock.now
  private let state = Lock(State())

  init(_ configuration: HTTPServerConfiguration) { self.configuration = configuration }

  /// How many connections there can be, where that is fewer than configured.
  func setLimit(_ limit: Int) { state.withLock { $0.limit = limit } }

  /// A connection was accepted.
  func opened(socket: Int32) -> Key {
    let (key, limit) = state.withLock { state in
      state.lastKey += 1
      state.connections[state.lastKey] = Connection(socket: socket)
      state.wheel.set(state.lastKey, at: tick(after: configuration.headTimeout))
      if state.timer == nil, !state.isStopped { state.timer = Task { await self.run() } }
      guard !state.isFull, state.connections.count >= state.limit else { return (state.lastKey, nil as Int?) }
      state.isFull = true
      return (state.lastKey, state.limit)
    }
    if let limit { configuration.report("all \(limit) connections are in use; further clients wait for one") }
    return key
  }

  /// A connection is about to be closed; its descriptor may be another one's afterwards.
  func closed(_ key: Key) {
    state.withLock { state in
      state.connections[key] = nil
      state.wheel.remove(key)
      if state.connections.count <= state.limit / 2 { state.isFull = false }
    }
  }

  /// A head is complete.
  func headIsComplete(_ key: Key) { state.withLock { $0.wheel.clear(key) } }

  /// A request has a body, which has to come on.
  func bodyBegins(_ key: Key, _ exchange: Exchange) {
    state.withLock { state in
      state.connections[key]?.body = exchange
      state.wheel.set(key, at: tick(after: configuration.bodyInterval))
    }
  }

  /// The body is complete.
  func bodyIsComplete(_ key: Key) {
    state.withLock { state in
      state.connections[key]?.body = nil
      state.wheel.clear(key)
    }
  }

  /// An answer was sent, and another request may follow. The library closes connections that stay silent.
  func requestIsOver(_ key: Key) {
    state.withLock { state in
      guard state.connections[key] != nil else { return }
      state.connections[key]?.body = nil
      state.wheel.set(key, at: tick(after: configuration.idleTimeout + configuration.headTimeout))
    }
  }

  /// Ends the timer for good.
  func stop() {
    state.withLock { state in
      state.isStopped = true
      state.timer?.cancel()
    }
  }

  /// The first tick that begins after this time.
  private func tick(after time: Duration) -> Int64 {
    Int64(((ContinuousClock.now - begin + time) / Self.tick).rounded(.up))
  }

  private func run() async {
    // No new time is nearer than the shortest of all, so none is missed while the timer sleeps for at most that long.
    let longest = min(configuration.headTimeout, configuration.bodyInterval)
    while !Task.isCancelled {
      let now = ContinuousClock.now - begin
      let next: Int64? = state.withLock { state in
        if state.connections.isEmpty { state.timer = nil }
        return state.connections.isEmpty ? nil : state.wheel.next ?? .max
      }
      guard let next else { return }
      let due = next == .max ? now + longest : Self.tick * Double(next)
      try? await Task.sleep(for: min(max(due - now, .zero), longest))
      for exchange in meetDeadlines() { check(exchange.key, exchange.body) }
    }
  }

  /// Ends the connections whose head did not come in time; returns the bodies to look at.
  private func meetDeadlines() -> [(key: Key, body: Exchange)] {
    let now = Int64((ContinuousClock.now - begin) / Self.tick)
    return state.withLock { state in
      state.wheel.due(at: now).compactMap { key in
        guard let connection = state.connections[key] else { return nil }
        if let body = connection.body { return (key, body) }
        wright_shut(connection.socket)
        return nil
      }
    }
  }

  private func check(_ key: Key, _ body: Exchange) {
    let hasProgressed = body.takeBodyProgress(minimum: configuration.bodyMinimum)
    state.withLock { state in
      guard let connection = state.connections[key], connection.body === body else { return }
      if hasProgressed {
        state.wheel.set(key, at: tick(after: configuration.bodyInterval))
      } else {
        wright_shut(connection.socket)
      }
    }
  }
}
