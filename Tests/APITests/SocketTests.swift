import Concurrency
import Glibc
import HTTPServer
import Model
import Queue
import Store
import Testing

@testable import Routing

/// One request over a socket of its own, whose answer is read to its end.
private struct RawClient {
  var port: Int

  /// Blocks: call it from `BlockingThreads`.
  func send(_ request: String) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Unexpected(what: "socket") }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Unexpected(what: "connect") }
    var rest = Array(request.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { break }
      rest = rest.dropFirst(count)
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count <= 0 { return String(decoding: answer, as: UTF8.self) }
      answer += buffer.prefix(count)
    }
  }
}

@Suite struct SocketTests {
  private func serve(
    _ body: (TestServer, @escaping @Sendable (String) async throws -> String) async throws -> Void
  ) async throws {
    let threads = BlockingThreads(name: "test-clients", count: 4)
    defer { threads.stop() }
    try await TestServer.run { server in
      let http = try HTTPServer(configuration: HTTPServerConfiguration(), handler: server.router.handler)
      let client = RawClient(port: try http.start().port)
      do {
        try await body(server) { request in try await threads.run { try client.send(request) } }
      } catch {
        await http.stop()
        throw error
      }
      await http.stop()
    }
  }

  private func request(
    _ server: TestServer, _ line: String, _ headers: String = "", body: String = ""
  ) -> String {
    let type = body.isEmpty ? "" : "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
    return "\(line) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer \(server.token)\r\n"
      + "\(headers)\(type)\r\n\(body)"
  }

  @Test func `a build from its submission to its artifact`() async throws {
    try await serve { server, send in
      let manifest = JSONText.quote(TestServer.manifest)
      let submitted = try await send(
        request(server, "POST /api/v1/builds", body: "{\"manifest\":\(manifest),\"tags\":[\"ü\"]}"))
      #expect(submitted.hasPrefix("HTTP/1.1 201"))
      #expect(submitted.contains("Location: /api/v1/builds/1\r\n"))
      let build = try #require(try await server.store.build(BuildID(rawValue: 1)))
      let job = try await server.store.jobs(of: build.id, owner: build.owner)[1]
      let stream = Task {
        try await send(request(server, "GET /api/v1/jobs/\(job.id)/log", "Accept: text/event-stream\r\n"))
      }
      try await server.begin(build)
      try await server.report(build, [.started(job.id, at: TestServer.clock())])
      try await server.log(job, "héllo\n")
      _ = try await server.store("a b/ü", Array("0123456789".utf8), of: job)
      try await server.finish(build, job)
      let followed = try await stream.value
      #expect(followed.hasPrefix("HTTP/1.1 200"))
      #expect(followed.contains("Content-Type: text/event-stream\r\n"))
      #expect(followed.contains("X-Accel-Buffering: no\r\n"))
      #expect(followed.contains("event: log\nid: 7\ndata: {\"offset\":0,\"text\":\"héllo\\n\"}\n\n"))
      #expect(followed.contains("event: end\ndata: {\"status\":\"passed\",\"log_size\":7}\n\n"))
      let log = try await send(request(server, "GET /api/v1/jobs/\(job.id)/log", "Range: bytes=1-2\r\n"))
      #expect(log.hasPrefix("HTTP/1.1 206") && log.hasSuffix("\r\n\r\né"))
      let path = "/api/v1/builds/1/artifacts/a%20b/%C3%BC"
      let artifact = try await send(request(server, "GET \(path)", "Range: bytes=-3\r\n"))
      #expect(artifact.hasPrefix("HTTP/1.1 206") && artifact.hasSuffix("\r\n\r\n789"))
      #expect(artifact.contains("Content-Disposition: attachment; filename=\"_\"; filename*=UTF-8''%C3%BC\r\n"))
      let head = try await send(request(server, "HEAD \(path)"))
      #expect(head.contains("Content-Length: 10\r\n") && head.hasSuffix("\r\n\r\n"))
    }
  }

  @Test func `refusals over the wire`() async throws {
    try await serve { server, send in
      let large = "{\"manifest\":\"\(String(repeating: "#", count: 1_000_000))\"}"
      for (line, headers, body, status) in [
        ("POST /api/v1/builds", "", large, 413), ("POST /api/v1/builds", "", "{", 400),
        ("GET /api/v1/builds/2", "", "", 404), ("PUT /api/v1/builds", "", "", 405), ("GET /nowhere", "", "", 404),
        ("GET /artifacts/%2e%2e/%2e%2e/etc/passwd", "", "", 400), ("GET /artifacts/build-1/..%2f..%2fx", "", "", 400),
        ("GET /%00", "", "", 400), ("GET /api/v1/builds?search=%ff", "", "", 400),
        ("POST /api/v1/lint", "Content-Type: text/yaml\r\nContent-Length: 2\r\n", "", 415),
      ] {
        let answer = try await send(request(server, line, headers, body: body) + (headers.isEmpty ? "" : "{}"))
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(line): \(answer.prefix(300))")
        #expect(answer.contains("application/problem+json"), "\(line)")
      }
      #expect(try await send(request(server, "GET /api/v1/builds")).hasSuffix("\r\n\r\n[]"))
    }
  }
}
