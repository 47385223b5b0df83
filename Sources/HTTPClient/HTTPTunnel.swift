internal import CCurl
internal import Concurrency
internal import Glibc

/// A connection to a URL's server, encrypted where the URL says so, for what begins as HTTP and goes on as something else:
/// bytes in both directions, until it is closed. One task reads and one writes at a time; any may close.
///
/// `@unchecked Sendable`: the library's handle is used under the lock alone.
/// https://curl.se/libcurl/c/CURLOPT_CONNECT_ONLY.html
public final class HTTPTunnel: @unchecked Sendable {
  private struct State {
    var isOpen = true
    var token: UInt64?
    var reader: CheckedContinuation<Void, Never>?
    var writer: CheckedContinuation<Void, Never>?
  }

  /// The most that one read returns, in bytes.
  public static let readLimit = 64 * 1024

  private let state = Lock(State())
  private let handle: UnsafeMutableRawPointer
  private let socket: Int32
  private let host: String

  private init(handle: UnsafeMutableRawPointer, socket: Int32, host: String) {
    self.handle = handle
    self.socket = socket
    self.host = host
  }

  deinit { close() }

  /// Connects within `timeout`; nothing is sent. Throws `HTTPClientError`.
  public static func connect(to url: String, timeout: Duration = .seconds(10)) async throws -> HTTPTunnel {
    let request = try PreparedRequest(
      method: "GET", url: url, headers: [:], body: .none, configuration: HTTPClient.Configuration())
    let threads = BlockingThreads(name: "tunnel", count: 1)
    defer { threads.stop() }
    return try await threads.run { try connect(request, timeout) }
  }

  private static func connect(_ request: PreparedRequest, _ timeout: Duration) throws -> HTTPTunnel {
    try withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CURL_ERROR_SIZE)) { text in
      text.initialize(repeating: 0)
      var socket: curl_socket_t = -1
      let milliseconds = Int(min(max(timeout / .milliseconds(1), 1), 1e9))
      guard let start = text.baseAddress,
        let handle = wright_curl_connect(request.url, nil, milliseconds, request.skipsProxy ? 1 : 0, start, &socket)
      else {
        let words = text.baseAddress.map { String(cString: $0) } ?? ""
        throw HTTPClientError(kind: .unreachable, host: request.host, reason: words)
      }
      return HTTPTunnel(handle: handle, socket: socket, host: request.host)
    }
  }

  /// The next bytes; empty once the peer sends no more. Throws `HTTPClientError` when the connection is closed or broken,
  /// and `CancellationError` when the task is cancelled while it waits.
  public func read() async throws -> [UInt8] {
    while true {
      if let bytes = try state.withLock(attemptRead) { return bytes }
      try await wait(.read)
    }
  }

  /// Sends all of `bytes`; suspends while the peer is slower. Throws as `read` does.
  public func write(_ bytes: [UInt8]) async throws {
    var sent = 0
    while sent < bytes.count {
      if let count = try state.withLock({ try attemptWrite(bytes[sent...], $0) }) {
        sent += count
      } else {
        try await wait(.write)
      }
    }
  }

  /// Ends the connection in both directions. Twice is fine.
  public func close() {
    let (reader, writer) = state.withLock { state in
      if state.isOpen {
        if let token = state.token { DescriptorEvents.shared.forget(socket, token) }
        curl_easy_cleanup(handle)
        state.isOpen = false
      }
      return Self.takeWaiting(&state)
    }
    reader?.resume()
    writer?.resume()
  }

  private func broken(_ reason: String) -> HTTPClientError {
    HTTPClientError(kind: .broken, host: host, reason: reason)
  }

  private func attemptRead(_ state: inout State) throws -> [UInt8]? {
    guard state.isOpen else { throw broken("it was closed") }
    var code = CURLE_OK
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.readLimit) { buffer, count in
      code = curl_easy_recv(handle, buffer.baseAddress, Self.readLimit, &count)
      if code != CURLE_OK { count = 0 }
    }
    if code == CURLE_AGAIN { return nil }
    guard code == CURLE_OK else { throw broken(String(cString: curl_easy_strerror(code))) }
    return bytes
  }

  private func attemptWrite(_ bytes: ArraySlice<UInt8>, _ state: State) throws -> Int? {
    guard state.isOpen else { throw broken("it was closed") }
    var count = 0
    let code = bytes.withUnsafeBytes { curl_easy_send(handle, $0.baseAddress, $0.count, &count) }
    if code == CURLE_AGAIN { return nil }
    guard code == CURLE_OK else { throw broken(String(cString: curl_easy_strerror(code))) }
    return count
  }

  /// Waits until it may be worth another attempt.
  private func wait(_ side: DescriptorEvents.Interest) async throws {
    try Task.checkCancellation()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if !state.isOpen || Task.isCancelled { return true }
          if side == .read { state.reader = continuation } else { state.writer = continuation }
          if arm(&state) { return false }
          if side == .read { state.reader = nil } else { state.writer = nil }
          return true
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
    try Task.checkCancellation()
  }

  private func arm(_ state: inout State) -> Bool {
    var interest: DescriptorEvents.Interest = []
    if state.reader != nil { interest.insert(.read) }
    if state.writer != nil { interest.insert(.write) }
    if let token = state.token { return DescriptorEvents.shared.rearm(socket, token, interest) }
    state.token = DescriptorEvents.shared.watch(socket, interest) { [weak self] in self?.wake() }
    return state.token != nil
  }

  private func wake() {
    let (reader, writer) = state.withLock(Self.takeWaiting)
    reader?.resume()
    writer?.resume()
  }

  private static func takeWaiting(
    _ state: inout State
  ) -> (CheckedContinuation<Void, Never>?, CheckedContinuation<Void, Never>?) {
    defer {
      state.reader = nil
      state.writer = nil
    }
    return (state.reader, state.writer)
  }
}
