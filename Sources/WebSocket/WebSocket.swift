internal import Concurrency
internal import HTTPServer

/// A server's end of a WebSocket. Whoever has it calls `receive` again and again, also where messages are of no
/// interest: pings are answered, and the peer's end is noticed, inside. Sending waits until the peer's system has taken
/// the bytes, and receiving takes no more than it returns, so both sides are held up by a slower one.
///
/// Safe from any task; one at a time receives.
///
/// `@unchecked Sendable`: `codec` is only used in `state`'s lock.
public final class WebSocket: @unchecked Sendable {
  private struct State {
    var codec: FrameCodec
    var received: [WebSocketMessage] = []
    var lastSign = ContinuousClock.now
    /// The peer was asked for a sign that is still to come.
    var isAsked = false
    /// No message will come.
    var isOver = false
    /// The peer has ended its side, or has said that it does.
    var hasPeerEnded = false

    /// The peer lives.
    mutating func heard() {
      lastSign = .now
      isAsked = false
    }
  }
  private enum Turn { case reading, writing }

  private let connection: UpgradedConnection
  private let configuration: WebSocketConfiguration
  private let state: Lock<State>
  private let turns = KeyedTurns<Turn>()

  private init(_ connection: UpgradedConnection, _ codec: sending FrameCodec, _ configuration: WebSocketConfiguration) {
    self.connection = connection
    self.configuration = configuration
    state = Lock(State(codec: codec))
  }

  /// Runs `body` on the connection and closes it afterwards. The peer is asked in between whether it lives; where it is
  /// found dead, what `body` waits for throws.
  static func run(
    on connection: UpgradedConnection, _ configuration: WebSocketConfiguration,
    _ body: @Sendable (WebSocket) async -> Void
  ) async {
    guard let codec = FrameCodec(messageLimit: configuration.messageLimit) else { return }
    let socket = WebSocket(connection, codec, configuration)
    let watch = Task { await socket.watchPeer() }
    await body(socket)
    await socket.letPeerEnd()
    watch.cancel()
    connection.close()
  }

  /// The next message; nil once the peer has ended, has gone or has broken the protocol. Throws `CancellationError`.
  public func receive() async throws -> WebSocketMessage? {
    try await turns.withTurnUnlessCancelled(of: .reading) {
      while true {
        let next = state.withLock { state -> WebSocketMessage?? in
          if !state.received.isEmpty { return .some(state.received.removeFirst()) }
          return state.isOver ? .some(nil) : nil
        }
        if let next { return next }
        try await readMore()
      }
    }
  }

  /// Sends a text and returns when it has left. Throws `HTTPBodyError.disconnected` where the peer has gone, or the end
  /// was said. Cancelling the task does not shorten it.
  public func send(_ text: String) async throws { try await send([text]) }

  /// Sends texts, a message each, and returns when all have left; as `send(_:)`, with fewer packets. They are held in
  /// memory until then.
  public func send(_ texts: [String]) async throws {
    let isOpen = state.withLock { state in texts.allSatisfy { state.codec.add(.text($0)) } }
    guard isOpen else { throw HTTPBodyError.disconnected }
    try await flush()
  }

  /// Says the end, and waits until the peer has answered it, for at most the configuration's `closeTimeout`.
  public func close(_ code: WebSocketCloseCode, reason: String = "") async {
    let (limit, connection) = (configuration.closeTimeout, connection)
    let timer = Task {
      try await Task.sleep(for: limit)
      // Wakes whoever waits for the peer below.
      connection.close()
    }
    defer { timer.cancel() }
    // In a task of its own: the end is to be said although the server stops.
    await Task {
      do {
        try await flush()
        state.withLock { $0.codec.addClose(code, reason: reason) }
        try await flush()
        while try await receive() != nil {}
      } catch {
        connection.close()
      }
    }.value
  }

  /// Ends the connection at once and without a word, and whoever waits for it.
  public func drop() { connection.close() }

  /// After the end was said to a peer that breaks the protocol: forgets what it still sends until it ends, for at most
  /// the configuration's `closeTimeout`. A connection that is closed with bytes unread is reset, and the peer might never
  /// read why.
  private func letPeerEnd() async {
    guard state.withLock({ $0.isOver && !$0.hasPeerEnded }) else { return }
    let (limit, connection) = (configuration.closeTimeout, connection)
    connection.endWriting()
    let timer = Task {
      try await Task.sleep(for: limit)
      connection.close()
    }
    defer { timer.cancel() }
    // In a task of its own: a server that stops closes it.
    await Task { while let bytes = try? await connection.read(), !bytes.isEmpty {} }.value
  }

  private func readMore() async throws {
    var bytes: [UInt8] = []
    do { bytes = try await connection.read() } catch HTTPBodyError.disconnected {}
    let isEnd = bytes.isEmpty
    state.withLock { state in
      state.heard()
      if isEnd { state.isOver = true } else { state.received += state.codec.take(bytes) }
      if state.codec.isOver { state.isOver = true }
      if isEnd || state.codec.receivedCloseCode != nil { state.hasPeerEnded = true }
    }
    if isEnd { return }
    // Before more is read, so that a peer that only asks and never listens is held up.
    do { try await flush() } catch HTTPBodyError.disconnected { state.withLock { $0.isOver = true } }
  }

  /// Sends what is waiting. In a task of its own: a frame that is cut off by cancellation would leave a connection on
  /// which nothing can be said any more.
  private func flush() async throws {
    try await Task {
      try await turns.withTurn(of: .writing) {
        while true {
          let bytes = state.withLock { $0.codec.takeOutput() }
          if bytes.isEmpty { return }
          try await connection.write(bytes) { self.state.withLock { $0.heard() } }
        }
      }
    }.value
  }

  private func watchPeer() async {
    while (try? await Task.sleep(for: configuration.pingInterval)) != nil {
      let isDead = state.withLock { state in
        let silence = ContinuousClock.now - state.lastSign
        // Whoever was not asked has not failed to answer; but a peer that takes nothing cannot even be asked.
        if silence >= configuration.deadline * (state.isAsked ? 1 : 2) { return true }
        state.codec.addPing()
        return false
      }
      if isDead { return connection.close() }
      // Not waited for: where the peer takes nothing, the deadline above has to be seen.
      Task {
        try await flush()
        state.withLock { $0.isAsked = true }
      }
    }
  }
}
