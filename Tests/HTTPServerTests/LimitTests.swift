import HTTPServer
import Testing

@Suite struct LimitTests {
  @Test(arguments: [
    (1, 9_000, 431), (1, 100_000, 431), (99, 40, 200), (101, 10, 431), (2_000, 1, 431), (1, 6_000, 200),
  ])
  func `a head has a limit`(_ fields: Int, _ size: Int, _ status: Int) async throws {
    try await withServer(handler: { _ in text("fine") }) { server, port in
      let client = try RawClient(port: port)
      let headers = (1..<(fields + 1)).map { "X\($0): \(String(repeating: "v", count: size))" }
      // The Host field counts, too.
      let request = get("/", headers: Array(headers.dropLast(fields == 99 ? 1 : 0)))
      // The server may close before it has read all.
      try? await client.send(request)
      #expect(try await client.response().status == status)
      #expect(await eventually { server.activeRequests == 0 })
    }
  }

  @Test func `a long target is answered with 414`() async throws {
    try await withServer(handler: { _ in text("fine") }) { _, port in
      let client = try RawClient(port: port)
      try? await client.send(get("/" + String(repeating: "a", count: 30_000)))
      #expect(try await client.response().status == 414)
    }
  }

  @Test func `connections beyond the limit wait for their turn`() async throws {
    let configuration = HTTPServerConfiguration(threads: 1, connectionLimit: 4)
    try await withServer(configuration, handler: { _ in text("fine") }) { _, port in
      let first = try (0..<4).map { _ in try RawClient(port: port) }
      for client in first { #expect(try await client.exchange(get("/")).text == "fine") }
      let late = try RawClient(port: port)
      try await late.send(get("/"))
      for client in first { client.disconnect() }
      #expect(try await late.response().text == "fine")
    }
  }

  @Test(arguments: [0, 100, 1_000_000])
  func `a configuration that cannot work is refused`(_ threads: Int) {
    #expect(throws: HTTPServerError.self) {
      try HTTPServer(configuration: HTTPServerConfiguration(threads: threads)) { _ in text("") }
    }
  }
}
