import Concurrency
import HTTPServer
import Testing

@Suite struct SlowClientTests {
  /// Sends a byte now and then, until the other side has ended the connection.
  private static func dribble(_ client: RawClient) async {
    for _ in 0..<3_000 {
      guard (try? await client.send("x")) != nil else { return }
      try? await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("the connection was never ended")
  }

  private static func configuration(connections: Int = 100, _ report: Recorder<String>? = nil)
    -> HTTPServerConfiguration
  {
    HTTPServerConfiguration(
      threads: 1, connectionLimit: connections, idleTimeout: .seconds(600), headTimeout: .seconds(3),
      bodyMinimum: 5_000, bodyInterval: .seconds(2), report: { report?.record($0) })
  }

  @Test(arguments: ["", "GET / HT", "GET / HTTP/1.1\r\nHost: t\r\nX: "])
  func `a head that dribbles in is not waited for`(_ beginning: String) async throws {
    try await withServer(Self.configuration(), handler: { _ in text("fine") }) { server, port in
      let client = try RawClient(port: port)
      try await client.send(beginning)
      await Self.dribble(client)
      #expect(await eventually { server.activeRequests == 0 })
    }
  }

  @Test(arguments: ["", "GET / HTTP/1.1\r\nHost: t\r\n"])
  func `half a head is closed although the client only waits`(_ half: String) async throws {
    try await withServer(Self.configuration(), handler: { _ in text("fine") }) { server, port in
      let client = try RawClient(port: port)
      try await client.send(half)
      #expect(try await client.receiveAll() == [])
    }
  }

  @Test func `neither is a later head on the same connection`() async throws {
    var configuration = Self.configuration()
    configuration.idleTimeout = .seconds(2)
    configuration.headTimeout = .seconds(3)
    try await withServer(configuration, handler: { _ in text("fine") }) { _, port in
      var client = try RawClient(port: port)
      // On a loaded machine the first request may come too late itself.
      while (try? await client.exchange(get("/")).text) != "fine" { client = try RawClient(port: port) }
      try await client.send("GET / HTTP/1.1\r\nX: ")
      await Self.dribble(client)
    }
  }

  @Test func `a body that dribbles in is not waited for`() async throws {
    let outcomes = Recorder<String>()
    try await withServer(
      Self.configuration(),
      handler: { request in
        do { _ = try await request.body.collect(upTo: 1_000_000) } catch { outcomes.record("\(error)") }
        return text("fine")
      }
    ) { server, port in
      let client = try RawClient(port: port)
      try await client.send(get("/", method: "POST", headers: ["Content-Length: 100000"]))
      await Self.dribble(client)
      #expect(await eventually { outcomes.all == ["disconnected"] && server.activeRequests == 0 })
    }
  }

  @Test func `a client that the handler holds up has time`() async throws {
    let bytes = [UInt8](repeating: 1, count: 4_000_000)
    try await withServer(
      Self.configuration(),
      handler: { request in
        // Stands for work that takes several of the intervals in which a body has to come on.
        try? await Task.sleep(for: .seconds(5))
        var count = 0
        while let piece = try? await request.body.next() { count += piece.count }
        return text("\(count)")
      }
    ) { _, port in
      let client = try RawClient(port: port)
      let head = get("/", method: "POST", headers: ["Content-Length: \(bytes.count)"])
      try await client.send(Array(head.utf8) + bytes)
      #expect(try await client.response().text == "\(bytes.count)")
    }
  }

  @Test func `clients that dribble cannot keep others out`() async throws {
    let reports = Recorder<String>()
    try await withServer(Self.configuration(connections: 8, reports), handler: { _ in text("fine") }) { _, port in
      let slow = try (0..<8).map { _ in try RawClient(port: port) }
      await withTaskGroup { group in
        for client in slow {
          group.addTask {
            try? await client.send("GET / HTTP/1.1\r\nX: ")
            await Self.dribble(client)
          }
        }
        group.addTask {
          #expect(await eventually { !reports.all.isEmpty })
          #expect(await eventually { (try? await RawClient(port: port).exchange(get("/")).text) == "fine" })
        }
      }
      #expect(reports.all.first?.contains("all 8 connections are in use") == true)
    }
  }
}
