internal import CMicrohttpd
internal import Concurrency

extension Exchange {
  typealias BodyReader = CheckedContinuation<[UInt8]?, any Error>

  /// The request's body, for the handler.
  var requestBody: HTTPBody {
    HTTPBody { try await self.readBody() }
  }

  private func readBody() async throws -> [UInt8]? {
    // Most reads find something; only an empty buffer costs a continuation.
    switch state.withLock({ state in read(&state) }) {
    case .bytes(let bytes): return bytes
    case .end: return nil
    case .disconnected: throw HTTPBodyError.disconnected
    case .nothingYet: break
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in awaitBody(continuation) }
    } onCancel: {
      let reader = state.withLock { state in
        defer { state.bodyReader = nil }
        return state.bodyReader
      }
      reader?.resume(throwing: CancellationError())
    }
  }

  private func read(_ state: inout State) -> RequestBodyBuffer.Reading {
    let reading = state.body.read()
    if state.phase == .body, state.body.hasRoom { resume(&state) }
    return reading
  }

  private func awaitBody(_ continuation: BodyReader) {
    let result: Result<[UInt8]?, any Error>? = state.withLock { state in
      if Task.isCancelled { return .failure(CancellationError()) }
      switch read(&state) {
      case .bytes(let bytes): return .success(bytes)
      case .end: return .success(nil)
      case .disconnected: return .failure(HTTPBodyError.disconnected)
      case .nothingYet: break
      }
      // A body has one reader; a second one at the same time would get bytes in no order.
      guard state.bodyReader == nil, !state.isOver else { return .failure(HTTPBodyError.disconnected) }
      state.bodyReader = continuation
      if state.phase == .beforeContinue { resume(&state) }
      return nil
    }
    if let result { continuation.resume(with: result) }
  }

  /// Takes a piece of the body from the library, all of it. False cuts the connection.
  func onUpload(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let (reader, expectsMore, goesOn) = state.withLock { state in
      state.received += bytes.count
      state.missing = state.missing.map { $0 - min($0, UInt64(bytes.count)) }
      let expectsMore = (state.missing ?? 0) > 0
      guard !state.isAborted else { return (nil, false, false) as (BodyReader?, Bool, Bool) }
      if let reader = state.bodyReader {
        state.bodyReader = nil
        return (reader, expectsMore, true)
      }
      state.body.append(bytes)
      if state.body.isFull { suspend(&state) }
      return (nil, expectsMore, state.body.discarded <= core.configuration.discardLimit)
    }
    reader?.resume(returning: Array(bytes))
    return goesOn && !(expectsMore && clientHasEnded)
  }

  /// Whether so many bytes have come since the last call, or the client could not send because of us.
  func takeBodyProgress(minimum: Int) -> Bool {
    state.withLock { state in
      defer {
        state.received = 0
        state.wasHeldUp = state.isSuspended
      }
      return state.wasHeldUp || state.received >= minimum
    }
  }

  /// The body is complete.
  func onBodyEnd() {
    core.connections.bodyIsComplete(connectionKey)
    let reader = state.withLock { state in
      state.phase = .received
      state.body.complete()
      defer { state.bodyReader = nil }
      return state.bodyReader
    }
    reader?.resume(returning: nil)
  }
}
