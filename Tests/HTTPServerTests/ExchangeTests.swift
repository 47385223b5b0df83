import HTTPServer
import Testing

@Suite struct ExchangeTests {
  /// Answers with what it was asked.
  private static let echo: HTTPHandler = { request in
    do {
      let body = try await request.body.collect(upTo: 1 << 20)
      return text(
        "\(request.method) \(request.pathSegments) \(request.query.map { "\($0.name)=\($0.value)" }) \(body.count)")
    } catch {
      return text("\(error)", status: 413)
    }
  }

  @Test func `a connection is used for one request after the other`() async throws {
    try await withServer(handler: Self.echo) { _, port in
      let client = try RawClient(port: port)
      for number in 0..<20 {
        let response = try await client.exchange(get("/a/\(number)?q=\(number)"))
        #expect(response.status == 200)
        #expect(response.text == #"GET ["a", "\#(number)"] ["q=\#(number)"] 0"#)
      }
    }
  }

  @Test func `requests sent ahead are answered in order`() async throws {
    try await withServer(handler: Self.echo) { _, port in
      let client = try RawClient(port: port)
      let post = "POST /p HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nhello"
      try await client.send((0..<10).map { get("/\($0)") + post }.joined())
      for number in 0..<10 {
        #expect(try await client.response().text == #"GET ["\#(number)"] [] 0"#)
        #expect(try await client.response().text == #"POST ["p"] [] 5"#)
      }
    }
  }

  @Test func `HEAD has the head of GET and no body`() async throws {
    try await withServer(handler: { request in
      switch request.pathSegments.first {
      case "stream": HTTPResponse(status: 200, content: .stream { try await $0.write([1, 2, 3]) })
      default: text("hello")
      }
    }) { _, port in
      let client = try RawClient(port: port)
      #expect(try await client.exchange(get("/")).text == "hello")
      try await client.send(get("/", method: "HEAD"))
      let head = try await client.response(hasBody: false)
      #expect(head.status == 200)
      #expect(head.header("Content-Length") == "5")
      try await client.send(get("/stream", method: "HEAD"))
      let stream = String(decoding: try await client.receiveAll(), as: UTF8.self)
      #expect(stream.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(stream.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func `a client that expects to be asked for the body is asked`() async throws {
    try await withServer(handler: Self.echo) { _, port in
      let client = try RawClient(port: port)
      try await client.send(get("/", method: "PUT", headers: ["Content-Length: 3", "Expect: 100-continue"]))
      #expect(try await client.head() == "HTTP/1.1 100 Continue\r\n\r\n")
      try await client.send("abc")
      #expect(try await client.response().text == "PUT [] [] 3")
    }
  }

  @Test func `a client that expects to be asked for the body is refused without sending it`() async throws {
    try await withServer(handler: { _ in text("no", status: 401) }) { _, port in
      let client = try RawClient(port: port)
      let request = get("/", method: "PUT", headers: ["Content-Length: 300000000", "Expect: 100-continue"])
      #expect(try await client.exchange(request).status == 401)
    }
  }

  @Test func `an answer before the end of the body reaches the client, and the connection lives on`() async throws {
    try await withServer(handler: { request in
      let body = try? await request.body.collect(upTo: 1000)
      return text(body == nil ? "too much" : "fine", status: body == nil ? 413 : 200)
    }) { _, port in
      let client = try RawClient(port: port)
      let body = [UInt8](repeating: 120, count: 5_000_000)
      try await client.send(get("/", method: "POST", headers: ["Content-Length: \(body.count)"]))
      try await client.send(body)
      #expect(try await client.response().status == 413)
      #expect(try await client.exchange(get("/")).text == "fine")
    }
  }

  @Test func `HTTP 1.0 gets a stream until the connection ends`() async throws {
    try await withServer(handler: { _ in
      HTTPResponse(status: 200, content: .stream { writer in for _ in 0..<3 { try await writer.write([0x61, 0x62]) } })
    }) { _, port in
      let client = try RawClient(port: port)
      try await client.send("GET / HTTP/1.0\r\n\r\n")
      let all = String(decoding: try await client.receiveAll(), as: UTF8.self)
      #expect(all.hasSuffix("\r\n\r\nababab"))
      #expect(!all.lowercased().contains("chunked"))
    }
  }

  @Test func `a stream of a known size says it, and leaves the connection to the next request`() async throws {
    try await withServer(handler: { request in
      let size = Int64(request.query("size") ?? "") ?? 0
      return HTTPResponse(
        status: 200,
        content: .sizedStream(count: size) { writer in
          for start in stride(from: 0, to: size, by: 100_000) {
            try await writer.write([UInt8](repeating: 0x61, count: Int(min(100_000, size - start))))
          }
        })
    }) { _, port in
      let client = try RawClient(port: port)
      for size in [0, 1, 99_999, 1_000_001] {
        let response = try await client.exchange(get("/?size=\(size)"))
        #expect(response.header("Content-Length") == "\(size)" && response.body.count == size)
        try await client.send(get("/?size=\(size)", method: "HEAD"))
        #expect(try await client.response(hasBody: false).header("Content-Length") == "\(size)")
      }
    }
  }

  @Test(arguments: [0, 5, 200_000, 300_001])
  func `a stream that has other than its size is cut`(written: Int) async throws {
    try await withServer(handler: { _ in
      HTTPResponse(
        status: 200,
        content: .sizedStream(count: 300_000) { try await $0.write([UInt8](repeating: 0x61, count: written)) })
    }) { _, port in
      let client = try RawClient(port: port)
      try await client.send(get("/"))
      let all = try await client.receiveAll()
      #expect(all.count < 300_000)
    }
  }

  @Test func `a stream that throws is cut, not ended`() async throws {
    struct Broken: Error {}
    try await withServer(handler: { _ in
      HTTPResponse(
        status: 200,
        content: .stream { writer in
          try await writer.write([0x61])
          throw Broken()
        })
    }) { _, port in
      let client = try RawClient(port: port)
      try await client.send(get("/"))
      let all = String(decoding: try await client.receiveAll(), as: UTF8.self)
      #expect(all.hasSuffix("1\r\na\r\n"))
    }
  }

  @Test func `a client that has ended its side is answered and the connection closed`() async throws {
    try await withServer(handler: Self.echo) { _, port in
      for _ in 0..<20 {
        let client = try RawClient(port: port)
        try await client.send(get("/"))
        client.endSending()
        #expect(try await client.response().status == 200)
        #expect(try await client.receiveAll() == [])
      }
    }
  }
}
