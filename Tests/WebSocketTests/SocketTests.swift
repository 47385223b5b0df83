import Concurrency
import Glibc
import HTTPServer
import Testing

@testable import WebSocket

@Suite struct SocketTests {
  @Test func `messages go both ways, and the end is said by both`() async throws {
    try await withSocket { socket in
      while let message = try? await socket.receive() {
        guard case .text(let text) = message else { continue }
        try? await socket.send("<\(text)>")
        if text == "end" { await socket.close(.normal, reason: "done") }
      }
    } _: { client in
      try await client.send(Frame.text("a") + Frame.client(2, [1]) + Frame.client(9, [5]) + Frame.text("end"))
      let frames = try await client.frames { $0.contains { $0.head == 0x88 } }
      #expect(frames.map(\.head) == [0x81, 0x8A, 0x81, 0x88] || frames.map(\.head) == [0x8A, 0x81, 0x81, 0x88])
      #expect(
        frames.filter { $0.head == 0x81 }.map { String(decoding: $0.payload, as: UTF8.self) } == ["<a>", "<end>"])
      #expect(frames.last?.payload == [3, 232] + Array("done".utf8))
      try await client.send(Frame.close(1000))
      #expect(try await client.receive().isEmpty)
    }
  }

  @Test func `a client that reads nothing holds the sender up, and gets everything later`() async throws {
    let sent = Lock(0)
    let text = String(repeating: "x", count: 60_000)
    try await withSocket { socket in
      for _ in 0..<400 {
        guard (try? await socket.send(text)) != nil else { return }
        sent.withLock { $0 += 1 }
      }
      await socket.close(.normal)
    } _: { client in
      // What the systems' buffers take is far less than the 24 MB.
      var last = -1
      while case let now = sent.withLock({ $0 }), now != last {
        last = now
        try await Task.sleep(for: .milliseconds(300))
      }
      #expect(last < 400)
      let frames = try await client.frames { $0.last?.head == 0x88 }
      #expect(frames.filter { $0.head == 0x81 && $0.payload.count == 60_000 }.count == 400)
      try await client.send(Frame.close(1000))
    }
  }

  @Test func `a silent peer is asked whether it lives, and lives when it answers`() async throws {
    let configuration = WebSocketConfiguration(
      pingInterval: .milliseconds(20), deadline: .seconds(600), closeTimeout: .seconds(600))
    try await withSocket(configuration) { socket in
      #expect((try? await socket.receive()) == .text("alive"))
      await socket.close(.normal)
    } _: { client in
      let frames = try await client.frames { $0.count >= 3 }
      #expect(frames.allSatisfy { $0.head == 0x89 })
      try await client.send(Frame.client(10, []) + Frame.text("alive"))
      _ = try await client.frames { $0.last?.head == 0x88 }
      try await client.send(Frame.close(1000))
    }
  }

  @Test func `a peer that does not answer is found dead`() async throws {
    let configuration = WebSocketConfiguration(pingInterval: .milliseconds(20), deadline: .milliseconds(200))
    let ended = Wakeup()
    try await withSocket(configuration) { socket in
      #expect((try? await socket.receive()) == .some(nil))
      ended.signal()
    } _: { client in
      await ended.wait()
      // The connection ends; what came before is of no interest.
      while try await !client.receive().isEmpty {}
    }
  }

  @Test func `a peer that goes away without a word ends what waits for it`() async throws {
    let ended = Wakeup()
    try await withSocket { socket in
      #expect((try? await socket.receive()) == .some(nil))
      ended.signal()
    } _: { client in
      client.disconnect()
      await ended.wait()
    }
  }

  @Test func `a stopping server cancels what runs on a socket and closes it`() async throws {
    let begun = Wakeup()
    let (server, port) = try start { socket in
      begun.signal()
      while (try? await socket.receive()) != nil {}
      await socket.close(.serverError, reason: "stops")
    }
    let client = try Client(port: port)
    try await client.open()
    await begun.wait()
    async let stop: Void = server.stop()
    let frames = try await client.frames { $0.last?.head == 0x88 }
    #expect(frames.last?.payload.prefix(2) == [3, 243])
    await stop
    #expect(server.activeRequests == 0)
  }

  @Test func `a client that has gone before the answer leaves nothing behind`() async throws {
    let (server, port) = try start { _ in }
    for _ in 0..<50 {
      let client = try Client(port: port)
      try await client.send(Client.request)
      client.disconnect()
    }
    await server.stop()
    #expect(server.activeRequests == 0)
  }
}

extension WebSocketConfiguration {
  /// Much time for everything: on a loaded machine one step of a test may come a minute after the other.
  fileprivate static let patient = WebSocketConfiguration(
    pingInterval: .seconds(600), deadline: .seconds(600), closeTimeout: .seconds(600))
}

/// A server whose every request opens a WebSocket.
private func start(
  _ configuration: WebSocketConfiguration = .patient,
  _ body: @escaping @Sendable (WebSocket) async -> Void
) throws -> (HTTPServer, Int) {
  let server = try HTTPServer { request in
    do { return try WebSocketUpgrade(request).response(configuration: configuration, body) } catch {
      return HTTPResponse(status: 400)
    }
  }
  return (server, try server.start().port)
}

private func withSocket(
  _ configuration: WebSocketConfiguration = .patient,
  _ body: @escaping @Sendable (WebSocket) async -> Void, _ test: (Client) async throws -> Void
) async throws {
  let (server, port) = try start(configuration, body)
  let result: Result<Void, any Error>
  do {
    let client = try Client(port: port)
    try await client.open()
    result = .success(try await test(client))
  } catch {
    result = .failure(error)
  }
  await server.stop()
  try result.get()
}

/// A WebSocket client over a plain socket.
private final class Client: Sendable {
  static let request = Array(
    """
    GET / HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
    """.utf8)
  private static let threads = BlockingThreads(name: "websocket-client", count: 8)
  private let raw: Int32
  private let isClosed = Lock(false)
  private let rest = Lock<[UInt8]>([])

  struct Failure: Error {}

  init(port: Int) throws {
    raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var timeout = timeval(tv_sec: 600, tv_usec: 0)
    setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw Failure() }
  }

  deinit { disconnect() }

  func disconnect() {
    let isFirst = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return !isClosed
    }
    if isFirst { Glibc.close(raw) }
  }

  /// Opens the WebSocket.
  func open() async throws {
    try await send(Self.request)
    var head: [UInt8] = []
    while true {
      let bytes = try await receive()
      guard !bytes.isEmpty else { throw Failure() }
      head += bytes
      let text = String(decoding: head, as: UTF8.self)
      guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
      guard text.hasPrefix("HTTP/1.1 101 ") else { throw Failure() }
      let size = text[..<end.upperBound].utf8.count
      rest.withLock { $0 = Array(head[size...]) }
      return
    }
  }

  func send(_ bytes: [UInt8]) async throws {
    let raw = raw
    try await Self.threads.run {
      var done = 0
      while done < bytes.count {
        let count = bytes[done...].withUnsafeBytes { Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count > 0 else { throw Failure() }
        done += count
      }
    }
  }

  /// The next bytes; empty at the end.
  func receive() async throws -> [UInt8] {
    let raw = raw
    return try await Self.threads.run {
      var bytes = [UInt8](repeating: 0, count: 65536)
      let count = recv(raw, &bytes, bytes.count, 0)
      guard count >= 0 || errno == ECONNRESET else { throw Failure() }
      return Array(bytes.prefix(max(0, count)))
    }
  }

  /// Frames until `isEnough`, or the end of the connection.
  func frames(
    until isEnough: ([(head: UInt8, payload: [UInt8])]) -> Bool
  ) async throws -> [(head: UInt8, payload: [UInt8])] {
    var bytes = rest.withLock { $0 }
    while true {
      let frames = Frame.server(bytes)
      if isEnough(frames) { return frames }
      let more = try await receive()
      if more.isEmpty { return frames }
      bytes += more
    }
  }
}
