internal import CMicrohttpd
internal import Concurrency

/// One request and its answer. The library's threads call the `on...` functions; the handler's task calls the rest.
///
/// A connection is suspended and resumed under `state`'s lock, so that "is there something to do, or sleep?" is one
/// decision. The library takes its own lock inside ours and never calls us while it holds it.
///
/// `@unchecked Sendable`: everything mutable is in `state`. `connection` is only used before `onCompleted` returns,
/// by the library's thread, or under the lock while the connection is suspended, when the library keeps it alive.
final class Exchange: @unchecked Sendable {
  enum Phase {
    /// The head is not yet complete.
    case head
    /// The client waits for `100 Continue`, and the handler has neither read the body nor answered.
    case beforeContinue
    case body
    /// All was received, and the answer is awaited.
    case received
    case answered
  }

  struct State {
    var phase = Phase.head
    var isSuspended = false
    /// The library is done with the request.
    var isOver = false
    /// The server stops: nothing may be suspended any more.
    var isAborted = false
    var isHandlerRunning = false
    var task: Task<Void, Never>?
    var body = RequestBodyBuffer()
    /// Bytes of the body that came since `takeBodyProgress`, and whether we held the client up since then.
    var received = 0
    var wasHeldUp = false
    /// Bytes of the body that are still to come, where the client has said how many.
    var missing: UInt64?
    var bodyReader: CheckedContinuation<[UInt8]?, any Error>?
    var response: HTTPResponse?
    /// A streamed answer is sent in chunks; to HTTP/1.0, the end of the connection is its end.
    var isChunked = false
    var hasSizedAnswer = false
    var stream = ResponseStreamBuffer()
    var writers: [UInt64: CheckedContinuation<Void, any Error>] = [:]
    var lastWriter: UInt64 = 0
    /// What the connection is to be given to once it has left HTTP, then the connection and what runs on it.
    var upgradeHandler: (@Sendable (UpgradedConnection) async -> Void)?
    var upgraded: UpgradedConnection?
    var upgradeTask: Task<Void, Never>?
    var isUpgradeRunning = false

    /// Nobody will use the request any more.
    var isDone: Bool { isOver && !isHandlerRunning && !isUpgradeRunning }
  }

  let core: ServerCore
  let target: Result<RequestTarget, RequestRefusal>
  let state: Lock<State>
  /// What the core's list of connections knows the connection by.
  let connectionKey: ConnectionWatch.Key
  private let connection: OpaquePointer

  init(core: ServerCore, connection: OpaquePointer, target: Result<RequestTarget, RequestRefusal>) {
    self.core = core
    self.connection = connection
    connectionKey = wright_mhd_connection_number(connection)
    self.target = target
    state = Lock(State())
    if !core.add(self) { state.withLock { $0.isAborted = true } }
  }

  /// Lets the library call us again. Only under the lock.
  func resume(_ state: inout State) {
    guard state.isSuspended else { return }
    state.isSuspended = false
    MHD_resume_connection(connection)
  }

  /// Takes the connection out of the library's loop until `resume`. Only under the lock, on the library's thread.
  func suspend(_ state: inout State) {
    // Pieces of a chunked body that the library has at hand are delivered although the connection is suspended.
    if state.isSuspended { return }
    state.isSuspended = true
    state.wasHeldUp = true
    MHD_suspend_connection(connection)
  }

  var isChunked: Bool { state.withLock { $0.isChunked } }
  /// Whether the answer's end is known by its size.
  var hasSizedAnswer: Bool { state.withLock { $0.hasSizedAnswer } }

  /// Whether the client will send nothing more. Only on the library's thread, or under the lock while suspended.
  var clientHasEnded: Bool { wright_mhd_peer_has_ended(connection) != 0 }

  /// Whether the client may still read an answer. From any thread: while the connection is suspended the library leaves
  /// it alone, and under the lock it stays so.
  var isClientThere: Bool {
    state.withLock { state in
      if state.isOver || state.isAborted { return false }
      return !state.isSuspended || !clientHasEnded
    }
  }

  /// Ends the connection in both directions. Only on the library's thread.
  func shut() { wright_mhd_shut(connection) }

  /// The library is done with the request: `isComplete` is false when the client has gone or the time was up.
  func onCompleted(isComplete: Bool) {
    let (reader, writers, task, isDone) = state.withLock { state in
      state.isOver = true
      state.isSuspended = false
      state.response = nil
      state.stream.clear()
      if !isComplete { state.body.lose() }
      defer {
        state.bodyReader = nil
        state.writers = [:]
        state.task = nil
      }
      return (state.bodyReader, state.writers.values, state.task, state.isDone)
    }
    core.connections.requestIsOver(connectionKey)
    reader?.resume(throwing: HTTPBodyError.disconnected)
    for writer in writers { writer.resume(throwing: HTTPBodyError.disconnected) }
    if !isComplete { task?.cancel() }
    if isDone { core.remove(self) }
  }

  /// Asks the handler and a stream to end.
  func cancel() {
    let (handler, upgrade) = state.withLock { ($0.task, $0.upgradeTask) }
    handler?.cancel()
    upgrade?.cancel()
  }

  /// Cuts the connection: the library is woken and told to close it.
  func abort() {
    let upgraded = state.withLock { state in
      state.isAborted = true
      resume(&state)
      return state.upgraded
    }
    upgraded?.close()
  }

  /// Starts the handler on the calling thread; it leaves it at its first suspension. So an answer that needs no
  /// waiting costs no change of threads, and the connection is never suspended for it.
  func startHandler(_ request: HTTPRequest) {
    state.withLock { $0.isHandlerRunning = true }
    let task = Task.immediate {
      let response = await self.core.handler(request)
      self.answer(response)
      if HTTPResponse.hasBody(status: response.status, request.method) {
        switch response.content {
        case .stream(let write): await self.runStream(write)
        case .sizedStream(let count, let write): await self.runStream(of: count, write)
        case .none, .bytes, .file, .upgrade: break
        }
      }
      self.handlerEnded()
    }
    let isLost = state.withLock { state in
      if state.isHandlerRunning && !state.isOver { state.task = task }
      return state.isOver
    }
    if isLost { task.cancel() }
  }

  private func handlerEnded() {
    let isDone = state.withLock { state in
      state.isHandlerRunning = false
      state.task = nil
      return state.isDone
    }
    if isDone { core.remove(self) }
  }

  private func answer(_ response: HTTPResponse) {
    state.withLock { state in
      guard !state.isOver else { return }
      if case .upgrade(let handler) = response.content { state.upgradeHandler = handler }
      if case .sizedStream = response.content { state.hasSizedAnswer = true }
      state.response = response
      state.body.discardRest()
      resume(&state)
    }
  }
}

extension HTTPResponse {
  /// Whether an answer with this status to a request of this method has a body on the wire.
  static func hasBody(status: Int, _ method: String) -> Bool {
    method != "HEAD" && status >= 200 && status != 204 && status != 304
  }
}
