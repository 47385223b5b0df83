import Concurrency
import HTTPClient
import HTTPServer
import Testing

/// How transfers end other than well.
@Suite struct TransferEndTests {
  @Test func `an unreachable host is named with the reason`() async throws {
    let client = HTTPClient()
    let error = await #expect(throws: HTTPClientError.self) { try await client.send(url: "http://127.0.0.1:1/") }
    #expect(error?.description == "cannot reach 127.0.0.1:1: connection refused")
    #expect(error?.kind == .unreachable)
  }

  @Test func `an unknown name is named`() async throws {
    let error = await #expect(throws: HTTPClientError.self) {
      try await HTTPClient().send(url: "http://user:secret@no-such-host.invalid/?token=secret")
    }
    #expect(error?.kind == .unreachable)
    #expect(error?.description.contains("no-such-host.invalid:80") == true)
    #expect(error?.description.contains("secret") == false)
  }

  @Test(arguments: [
    "", "ftp://host/", "file:///etc/passwd", "host/path", "http://", "http://host:99999/", "http://ho st/",
    "http://host/\r\nX: y", "gopher://x", "http://[::1",
  ])
  func `a URL that is none of ours is refused`(_ url: String) async {
    let error = await #expect(throws: HTTPClientError.self) { try await HTTPClient().send(url: url) }
    #expect(error?.kind == .invalidRequest)
  }

  @Test(arguments: [("X", "a\r\nY: b"), ("X", "a\0"), ("X\r\nY", "a"), ("X:", "a"), ("", "a")])
  func `a header that would become two is refused`(_ name: String, _ value: String) async {
    let error = await #expect(throws: HTTPClientError.self) {
      try await HTTPClient().send(url: "http://127.0.0.1:1/", headers: HTTPClientHeaders([(name: name, value: value)]))
    }
    #expect(error?.kind == .invalidRequest)
  }

  @Test(arguments: [
    "", "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
  ])
  func `an answer that breaks off is an error, not an end`(_ answer: String) async throws {
    let server = try CannedServer(answer: answer)
    let error = await #expect(throws: HTTPClientError.self) {
      let response = try await HTTPClient().send(url: server.url)
      _ = try await response.body.collect(upTo: 100)
    }
    #expect(error?.kind == .broken)
    #expect(error?.host == server.url.dropFirst("http://".count).description)
  }

  @Test func `an answer is read to its end when the client is gone`() async throws {
    let goesOn = Wakeup()
    try await withServer(handler: { _ in
      HTTPResponse(
        status: 200,
        content: .stream { writer in
          try await writer.write(Array("begin".utf8))
          await goesOn.wait()
          try await writer.write(Array(" end".utf8))
        })
    }) { base in
      var client: HTTPClient? = HTTPClient()
      weak let gone = client
      let response = try await client?.send(url: base)
      client = nil
      #expect(gone == nil)
      goesOn.signal()
      #expect(try await response?.body.collect(upTo: 100) == Array("begin end".utf8))
    }
  }

  @Test func `a body beyond the limit is refused`() async throws {
    try await withServer(handler: { _ in HTTPResponse(status: 200, content: .bytes([UInt8](repeating: 0, count: 101))) }
    ) {
      base in
      let response = try await HTTPClient().send(url: base)
      let error = await #expect(throws: HTTPClientError.self) { try await response.body.collect(upTo: 100) }
      #expect(error?.kind == .tooLarge)
    }
  }

  @Test func `a time limit ends a transfer`() async throws {
    try await withServer(handler: { _ in
      try? await Task.sleep(for: .seconds(1_000))
      return HTTPResponse(status: 200)
    }) { base in
      let client = HTTPClient(configuration: .init(timeout: .milliseconds(50)))
      let error = await #expect(throws: HTTPClientError.self) { try await client.send(url: base) }
      #expect(error?.kind == .timedOut)
    }
  }

  @Test func `cancelling ends a request that waits for its answer`() async throws {
    let entered = Wakeup()
    try await withServer(handler: { _ in
      entered.signal()
      try? await Task.sleep(for: .seconds(1_000))
      return HTTPResponse(status: 200)
    }) { base in
      let request = Task { try await HTTPClient().send(url: base).status }
      await entered.wait()
      request.cancel()
      await #expect(throws: CancellationError.self) { try await request.value }
    }
  }

  @Test func `cancelling ends a body that is waited for, and the server hears of it`() async throws {
    let ended = Wakeup()
    let heartbeat = Wakeup()
    try await withServer(handler: { _ in endless(ended: ended, pace: heartbeat) }) { base in
      let received = Wakeup()
      let reading = Task {
        for try await _ in try await HTTPClient().send(url: base).body { received.signal() }
      }
      await received.wait()
      reading.cancel()
      await #expect(throws: CancellationError.self) { try await reading.value }
      let pacing = Task { while !Task.isCancelled { heartbeat.signal(); await Task.yield() } }
      await ended.wait()
      pacing.cancel()
    }
  }

  @Test func `a body that nobody keeps ends its transfer`() async throws {
    let ended = Wakeup()
    try await withServer(handler: { _ in endless(ended: ended, pace: nil) }) { base in
      let client = HTTPClient()
      do {
        let response = try await client.send(url: base)
        #expect(response.status == 200)
      }
      await ended.wait()
      withExtendedLifetime(client) {}
    }
  }

  @Test func `a slow reader slows down the server`() async throws {
    let written = Lock(0)
    let total = 60_000_000
    try await withServer(handler: { _ in
      HTTPResponse(
        status: 200,
        content: .stream { writer in
          for _ in 0..<(total / 100_000) {
            try await writer.write([UInt8](repeating: 9, count: 100_000))
            written.withLock { $0 += 100_000 }
          }
        })
    }) { base in
      let client = HTTPClient()
      let response = try await client.send(url: base)
      var iterator = response.body.makeAsyncIterator()
      var received = try await iterator.next()?.count ?? 0
      #expect(await standsStill { written.withLock { $0 } })
      #expect(written.withLock { $0 } < 30_000_000)
      while let bytes = try await iterator.next() { received += bytes.count }
      #expect(received == total)
    }
  }

  @Test func `many transfers run at once`() async throws {
    try await withServer(handler: { request in
      HTTPResponse(
        status: 200,
        content: .stream { writer in
          for _ in 0..<20 { try await writer.write(Array(request.target.utf8)) }
        })
    }) { base in
      let client = HTTPClient()
      try await withThrowingTaskGroup { group in
        for number in 0..<100 {
          group.addTask {
            let bytes = try await client.send(url: "\(base)/\(number)").body.collect(upTo: 1000)
            return bytes == Array(String(repeating: "/\(number)", count: 20).utf8)
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }
  }
}

/// A stream that ends only with its client; `pace` nil writes as fast as it can.
private func endless(ended: Wakeup, pace: Wakeup?) -> HTTPResponse {
  HTTPResponse(
    status: 200,
    content: .stream { writer in
      defer { ended.signal() }
      while true {
        try await writer.write([UInt8](repeating: 0, count: 1_000))
        await pace?.wait()
      }
    })
}
