internal import CMicrohttpd
internal import Concurrency
internal import Glibc

extension Exchange {
  /// What the library hands over with each call.
  struct Call {
    var connection: OpaquePointer
    var method: UnsafePointer<CChar>
    var version: UnsafePointer<CChar>
    /// A piece of the body; empty when the head or the whole request is complete.
    var upload: UnsafeBufferPointer<UInt8>
  }

  private enum Step {
    case goOn
    case cut
    case respond(HTTPResponse)
  }

  /// The access handler: called with the head, then with each piece of the body, then at the end; and again for each
  /// of these after the connection was suspended there. False cuts the connection.
  func onRequest(_ call: Call) -> Bool {
    if !call.upload.isEmpty { return onUpload(call.upload) }
    switch state.withLock({ $0.phase }) {
    case .head: return onHead(call)
    case .beforeContinue: return perform(beforeContinue(), call)
    case .body:
      onBodyEnd()
      return perform(whenReceived(), call)
    case .received: return perform(whenReceived(), call)
    case .answered: return true
    }
  }

  private func onHead(_ call: Call) -> Bool {
    core.connections.headIsComplete(connectionKey)
    if state.withLock({ $0.isAborted }) { return false }
    do throws(RequestRefusal) {
      let target = try target.get()
      let head = try readHead(call, limit: core.configuration.headLimit)
      let method = String(cString: call.method)
      state.withLock { state in
        state.isChunked = Self.isVersion11(call)
        state.phase = head.expectsContinue ? .beforeContinue : .body
        switch head.framing {
        case .none: state.body.complete()
        case .length(let count): state.missing = count
        case .chunked: break
        }
      }
      if head.framing != .none { core.connections.bodyBegins(connectionKey, self) }
      startHandler(
        HTTPRequest(
          method: method, target: target.raw, pathSegments: target.pathSegments, query: target.query,
          headers: head.headers, remoteAddress: peerAddress(call.connection),
          body: head.framing == .none ? .empty : requestBody,
          isClientThere: { [weak self] in self?.isClientThere ?? false }))
      // Without `Expect`, an answer waits for the end of the body: answering now would close the connection.
      return head.expectsContinue ? perform(beforeContinue(), call) : true
    } catch {
      return send(error.response, call, closing: true)
    }
  }

  /// With `Expect: 100-continue` the body is only asked for when the handler wants it.
  private func beforeContinue() -> Step {
    state.withLock { state in
      if state.isAborted { return .cut }
      if let response = state.response {
        state.response = nil
        state.phase = .answered
        return .respond(response)
      }
      if state.bodyReader != nil {
        state.phase = .body
      } else {
        suspend(&state)
      }
      return .goOn
    }
  }

  private func whenReceived() -> Step {
    state.withLock { state in
      if state.isAborted { return .cut }
      guard let response = state.response else {
        suspend(&state)
        return .goOn
      }
      state.response = nil
      state.phase = .answered
      return .respond(response)
    }
  }

  private func perform(_ step: Step, _ call: Call) -> Bool {
    switch step {
    case .goOn: true
    case .cut: false
    case .respond(let response): send(response, call, closing: false)
    }
  }

  private func send(_ response: HTTPResponse, _ call: Call, closing: Bool) -> Bool {
    let hasBody = HTTPResponse.hasBody(status: response.status, String(cString: call.method))
    do throws(ResponseError) {
      let closing = closing || clientHasEnded
      let built = try LibraryResponse.make(response, exchange: self, hasBody: hasBody, closing: closing)
      return built.queue(on: call.connection, status: response.status)
    } catch {
      core.configuration.report("an answer to \(describedTarget) cannot be sent: \(error)")
      let substitute = HTTPResponse(status: 500)
      guard let built = try? LibraryResponse.make(substitute, exchange: self, hasBody: hasBody, closing: true) else {
        return false
      }
      return built.queue(on: call.connection, status: substitute.status)
    }
  }

  private func peerAddress(_ connection: OpaquePointer) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      guard let start = buffer.baseAddress, wright_mhd_peer(connection, start, buffer.count) == 0 else { return "" }
      return String(cString: start)
    }
  }

  private func readHead(_ call: Call, limit: Int) throws(RequestRefusal) -> RequestHead {
    // As many fields as could fit a head of the default limit at their usual sizes; a browser sends about 15.
    let capacity = 100
    let result = withUnsafeTemporaryAllocation(of: wright_mhd_field.self, capacity: capacity) {
      buffer -> Result<RequestHead, RequestRefusal> in
      guard let start = buffer.baseAddress else { return .failure(.headTooLarge(limit: limit)) }
      let head = wright_mhd_read_head(call.connection, call.method, call.version, start, capacity)
      guard head.size <= limit, head.field_count <= capacity else { return .failure(.headTooLarge(limit: limit)) }
      guard head.is_contiguous != 0 else {
        return .failure(.badRequest("The head holds a NUL byte or a folded line."))
      }
      let fields = UnsafeBufferPointer(start: start, count: head.field_count).lazy.map { field in
        (name: Self.bytes(field.name, field.name_size), value: Self.bytes(field.value, field.value_size))
      }
      let method = Self.bytes(call.method, strlen(call.method))
      return Result { () throws(RequestRefusal) in
        try RequestHead(method: method, isVersion11: Self.isVersion11(call), fields: fields)
      }
    }
    return try result.get()
  }

  /// The library has checked that the version is `HTTP/1.` and a digit.
  private static func isVersion11(_ call: Call) -> Bool { call.version[7] != CChar(UInt8(ascii: "0")) }

  private static func bytes(_ start: UnsafePointer<CChar>, _ count: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
  }
}
