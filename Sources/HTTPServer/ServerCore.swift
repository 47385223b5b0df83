internal import CMicrohttpd
internal import Concurrency

/// What all requests of one server share: the handler, the configuration, and the list of requests that are alive.
final class ServerCore: Sendable {
  let configuration: HTTPServerConfiguration
  let handler: HTTPHandler
  let connections: ConnectionWatch

  private struct State {
    var exchanges: [ObjectIdentifier: Exchange] = [:]
    var isStopping = false
    /// The most requests at once since memory was last given back.
    var peak = 0
  }
  /// So many requests at once are worth giving memory back for.
  private static let remarkablePeak = 200
  private let state = Lock(State())
  private let emptied = Wakeup()

  init(configuration: HTTPServerConfiguration, handler: @escaping HTTPHandler) {
    self.configuration = configuration
    self.handler = handler
    connections = ConnectionWatch(configuration)
  }

  /// Requests that are being received, handled or answered, or whose handler still runs.
  var liveExchanges: Int { state.withLock { $0.exchanges.count } }

  /// True once the server has begun to stop.
  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Adds a request; false once the server is stopping, when it must be cut at once.
  func add(_ exchange: Exchange) -> Bool {
    state.withLock { state in
      state.exchanges[ObjectIdentifier(exchange)] = exchange
      state.peak = max(state.peak, state.exchanges.count)
      return !state.isStopping
    }
  }

  /// Removes a request that is over and whose handler has returned.
  func remove(_ exchange: Exchange) {
    let (isLast, isCalm) = state.withLock { state in
      state.exchanges[ObjectIdentifier(exchange)] = nil
      let isCalm = state.peak >= Self.remarkablePeak && state.exchanges.count <= state.peak / 8
      if isCalm { state.peak = state.exchanges.count }
      return (state.isStopping && state.exchanges.isEmpty, isCalm)
    }
    if isLast { emptied.signal() }
    if isCalm { Self.giveMemoryBack() }
  }

  /// From now on `add` answers false. Returns the requests that are alive.
  func beginStopping() -> [Exchange] {
    state.withLock { state in
      state.isStopping = true
      return Array(state.exchanges.values)
    }
  }

  /// Returns when no request is alive, or when the task is cancelled. Only after `beginStopping()`.
  func waitUntilEmpty() async {
    while liveExchanges > 0, !Task.isCancelled { await emptied.wait() }
  }

  /// Without this, what thousands of requests needed at once would stay this process's for ever: the C library keeps
  /// what was freed.
  private static func giveMemoryBack() {
    // Takes some milliseconds for each gigabyte, which no request should wait for.
    Thread.start(name: "memory") { wright_give_memory_back() }
  }
}
