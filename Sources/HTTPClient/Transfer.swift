internal import CCurl
internal import Concurrency
internal import Files

/// One request on its way.
///
/// `@unchecked Sendable`: `handle` and what it points to belong to the loop's thread; all else is in `state`.
final class Transfer: @unchecked Sendable {
  /// From this many unread bytes on, nothing more is taken from the connection.
  static let highWater = 256 * 1024

  private struct State {
    var head = ResponseHeadParser()
    var awaitingHead: CheckedContinuation<HTTPClientResponse, any Error>?
    var received: [UInt8] = []
    var reader: CheckedContinuation<[UInt8]?, any Error>?
    var isPaused = false
    var isCancelled = false
    var result: Result<Void, any Error>?
  }

  let request: PreparedRequest
  private let loop: TransferLoop
  private let state = Lock(State())
  var handle: UnsafeMutableRawPointer?
  /// Owned by the library's handle while it is in use; see `prepare` and `release`.
  var headerList: UnsafeMutablePointer<curl_slist>?
  var errorText: UnsafeMutablePointer<CChar>?
  var upload: UploadReader

  init(request: PreparedRequest, loop: TransferLoop) {
    self.request = request
    self.loop = loop
    upload = UploadReader(body: request.body)
    if case .stream(let stream) = request.body {
      stream.attach { [weak self] in
        if let self { self.loop.post(.goOn(self)) }
      }
    }
  }

  // MARK: The caller's side

  func start(_ continuation: CheckedContinuation<HTTPClientResponse, any Error>) {
    let isCancelled = state.withLock { state in
      if !state.isCancelled { state.awaitingHead = continuation }
      return state.isCancelled
    }
    if isCancelled {
      continuation.resume(throwing: CancellationError())
    } else if !loop.post(.start(self)) {
      finish(.failure(error(.unreachable, "the client was closed")))
    }
  }

  func cancel() {
    let isNew = state.withLock { state in
      defer { state.isCancelled = true }
      return !state.isCancelled && state.result == nil
    }
    if isNew { loop.post(.cancel(self)) }
  }

  func readBody() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in awaitBody(continuation) }
    } onCancel: {
      cancel()
    }
  }

  private func awaitBody(_ continuation: CheckedContinuation<[UInt8]?, any Error>) {
    let (now, goesOn): (Result<[UInt8]?, any Error>?, Bool) = state.withLock { state in
      let goesOn = state.isPaused
      state.isPaused = false
      if !state.received.isEmpty {
        defer { state.received = [] }
        return (.success(state.received), goesOn)
      }
      if let result = state.result { return (result.map { nil }, false) }
      if state.isCancelled || state.reader != nil { return (.failure(CancellationError()), false) }
      state.reader = continuation
      return (nil, goesOn)
    }
    if goesOn { loop.post(.goOn(self)) }
    if let now { continuation.resume(with: now) }
  }

  var isFinished: Bool { state.withLock { $0.result != nil } }

  // MARK: The loop's side

  func finish(_ result: Result<Void, any Error>) {
    let (head, reader) = state.withLock { state in
      if state.result == nil { state.result = result }
      defer {
        state.awaitingHead = nil
        state.reader = nil
      }
      return (state.awaitingHead, state.reader)
    }
    if case .stream(let stream) = request.body { stream.detach() }
    switch result {
    case .success:
      // The library succeeds only after a head, which has already been handed over.
      head?.resume(throwing: error(.broken, "no answer"))
      reader?.resume(returning: nil)
    case .failure(let failure):
      head?.resume(throwing: failure)
      reader?.resume(throwing: failure)
    }
  }

  func onHeader(_ line: UnsafeBufferPointer<UInt8>) {
    let (waiting, response) = state.withLock { state in
      guard let head = state.head.take(line), let waiting = state.awaitingHead else {
        return (nil, nil) as (CheckedContinuation<HTTPClientResponse, any Error>?, HTTPClientResponse?)
      }
      state.awaitingHead = nil
      return (waiting, HTTPClientResponse(status: head.status, headers: head.headers, body: HTTPClientBody(self)))
    }
    if let waiting, let response { waiting.resume(returning: response) }
  }

  func onReceive(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let (reader, isTaken) = state.withLock { state in
      if let reader = state.reader {
        state.reader = nil
        return (reader, true) as (CheckedContinuation<[UInt8]?, any Error>?, Bool)
      }
      if state.received.count >= Self.highWater {
        state.isPaused = true
        return (nil, false)
      }
      state.received.append(contentsOf: bytes)
      return (nil, true)
    }
    reader?.resume(returning: Array(bytes))
    return isTaken ? bytes.count : wright_curl_pause_receive
  }
}
