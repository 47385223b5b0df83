import Concurrency
import Files
import Glibc
import HTTPClient
import HTTPServer
import Testing

@Suite struct HTTPClientTests {
  private static let echo: HTTPHandler = { request in
    let body = (try? await request.body.collect(upTo: 1 << 20)) ?? []
    return HTTPResponse(
      status: 201, headers: ["X-Method": request.method, "X-Header": request.headers["X-Sent"] ?? "none"],
      content: .bytes(body))
  }

  @Test(arguments: ["GET", "POST", "PUT", "PATCH", "DELETE"])
  func `a request arrives as it was sent`(_ method: String) async throws {
    try await withServer(handler: Self.echo) { base in
      let client = HTTPClient()
      let body = method == "GET" ? HTTPClientRequestBody.none : .bytes(Array("hello".utf8))
      let response = try await client.send(method: method, url: base + "/x", headers: ["X-Sent": "value"], body: body)
      #expect(response.status == 201)
      #expect(response.headers["x-method"] == method)
      #expect(response.headers["X-Header"] == "value")
      #expect(try await response.body.collect(upTo: 100) == (method == "GET" ? [] : Array("hello".utf8)))
    }
  }

  @Test func `HEAD has headers and no body`() async throws {
    try await withServer(handler: { _ in HTTPResponse(status: 200, content: .bytes([1, 2, 3])) }) { base in
      let response = try await HTTPClient().send(method: "HEAD", url: base)
      #expect(response.headers["Content-Length"] == "3")
      #expect(try await response.body.collect(upTo: 0) == [])
    }
  }

  @Test func `an empty header is sent, and an own Content-Type stays away`() async throws {
    try await withServer(handler: { request in
      HTTPResponse(
        status: 200,
        headers: ["X-Got": "\(request.headers["X-Empty"] ?? "none")|\(request.headers["Content-Type"] ?? "none")"])
    }) { base in
      let response = try await HTTPClient().send(
        method: "POST", url: base, headers: ["X-Empty": ""], body: .bytes([1]))
      #expect(response.headers["X-Got"] == "|none")
    }
  }

  @Test(arguments: [301, 302, 307, 404, 500])
  func `any status is an answer, and redirects are not followed`(_ status: Int) async throws {
    try await withServer(handler: { _ in HTTPResponse(status: status, headers: ["Location": "/elsewhere"]) }) { base in
      let response = try await HTTPClient().send(url: base)
      #expect(response.status == status)
      #expect(response.headers["location"] == "/elsewhere")
    }
  }

  @Test func `a connection is used again`() async throws {
    try await withServer(configuration: HTTPServerConfiguration(threads: 1, connectionLimit: 1), handler: Self.echo) {
      base in
      // With one connection allowed, a second one would never be answered.
      let client = HTTPClient(configuration: .init(timeout: .seconds(20)))
      for _ in 0..<50 {
        let response = try await client.send(url: base)
        _ = try await response.body.collect(upTo: 10)
      }
    }
  }

  @Test func `a file is sent from where it was said`() async throws {
    let path = "/tmp/wright-http-client-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    let file = try FileDescriptor.open(path, .createNew())
    try FileTree.removeFile(path)
    try file.write((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 % 251) }, at: 0)
    try await withServer(handler: { request in
      var count = 0
      var isRight = true
      while let bytes = try? await request.body.next() {
        isRight = isRight && bytes.first == UInt8(truncatingIfNeeded: (count + 7) % 251)
        count += bytes.count
      }
      return HTTPResponse(status: 200, content: .bytes(Array("\(count) \(isRight)".utf8)))
    }) { base in
      let response = try await HTTPClient().send(
        method: "PUT", url: base, body: .file(file, offset: 7, count: 2_999_993))
      #expect(try await response.body.collect(upTo: 100) == Array("2999993 true".utf8))
    }
  }

  @Test func `a file that is shorter than was said fails the request`() async throws {
    let path = "/tmp/wright-http-client-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    let file = try FileDescriptor.open(path, .createNew())
    try FileTree.removeFile(path)
    try file.write([1, 2, 3], at: 0)
    try await withServer(handler: Self.echo) { base in
      let error = await #expect(throws: HTTPClientError.self) {
        try await HTTPClient().send(method: "PUT", url: base, body: .file(file, offset: 0, count: 10))
      }
      #expect(error?.kind == .invalidRequest)
    }
  }

  @Test func `an answer that comes before the body is sent is read`() async throws {
    try await withServer(handler: { _ in HTTPResponse(status: 401) }) { base in
      let body = HTTPClientRequestBody.bytes([UInt8](repeating: 0, count: 8_000_000))
      let response = try await HTTPClient().send(method: "PUT", url: base, body: body)
      #expect(response.status == 401)
    }
  }

  @Test func `a Unix socket takes the place of the host`() async throws {
    let server = try CannedServer(unixSocket: true, answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    let client = HTTPClient(configuration: .init(unixSocket: server.path))
    let response = try await client.send(url: "http://docker/v1.41/info")
    #expect(try await response.body.collect(upTo: 10) == Array("hi".utf8))
    #expect(await server.request().hasPrefix("GET /v1.41/info HTTP/1.1\r\nHost: docker\r\n"))
  }

  @Test func `interim answers, repeated fields and trailers are read rightly`() async throws {
    let server = try CannedServer(
      answer: "HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n")
    let response = try await HTTPClient().send(url: server.url)
    #expect(response.status == 200)
    #expect(response.headers.fields.map(\.value) == ["a", "b", "chunked"])
    #expect(try await response.body.collect(upTo: 10) == Array("hi".utf8))
  }
}
