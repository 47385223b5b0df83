import Files
import HTTPClient
import HTTPServer
import Testing

@Suite struct HTTPClientTests {
  private func withServer(
    handler: @escaping HTTPHandler, _ body: (String) async throws -> Void
  ) async throws {
    let server = try HTTPServer(handler: handler)
    let (host, port) = try server.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body("http://\(host):\(port)")) } catch { result = .failure(error) }
    await server.stop()
    try result.get()
  }

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

  @Test func `an unreachable host is named with the reason`() async throws {
    let client = HTTPClient()
    let error = await #expect(throws: HTTPClientError.self) { try await client.send(url: "http://127.0.0.1:1/") }
    #expect(error?.description == "cannot reach 127.0.0.1:1: connection refused")
    #expect(error?.kind == .unreachable)
  }
}
