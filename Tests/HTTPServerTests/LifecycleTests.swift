import Concurrency
import Files
import Glibc
import HTTPClient
import HTTPServer
import Testing

@Suite struct LifecycleTests {
  @Test func `stopping ends open streams, waiting handlers and idle connections`() async throws {
    let entered = Counter()
    let outcomes = Recorder<String>()
    let server = try HTTPServer(configuration: HTTPServerConfiguration().patient) { request in
      entered.add(1)
      switch request.pathSegments.first {
      case "stream":
        return HTTPResponse(
          status: 200,
          content: .stream { writer in
            try await writer.write([1])
            do { try await Task.sleep(for: .seconds(1_000)) } catch {
              outcomes.record("stream cancelled")
              throw error
            }
          })
      case "upload":
        do { while try await request.body.next() != nil {} } catch { outcomes.record("upload cancelled") }
        return text("")
      case "wait":
        do { try await Task.sleep(for: .seconds(1_000)) } catch { outcomes.record("handler cancelled") }
        return text("late")
      default: return text("hello")
      }
    }
    let (_, port) = try server.start()
    let (stream, upload, wait, idle) = (
      try RawClient(port: port), try RawClient(port: port), try RawClient(port: port), try RawClient(port: port)
    )
    try await stream.send(get("/stream"))
    try await upload.send(get("/upload", method: "PUT", headers: ["Content-Length: 100"]))
    try await wait.send(get("/wait"))
    #expect(try await idle.exchange(get("/")).text == "hello")
    #expect(await eventually { entered.value == 4 })
    await server.stop()
    #expect(outcomes.all.sorted() == ["handler cancelled", "stream cancelled", "upload cancelled"])
    #expect(server.activeRequests == 0)
    #expect(try await idle.receiveAll() == [])
    #expect(!String(decoding: try await stream.receiveAll(), as: UTF8.self).hasSuffix("0\r\n\r\n"))
    // A handler that still answers is heard.
    #expect(String(decoding: try await wait.receiveAll(), as: UTF8.self).hasSuffix("late"))
    #expect(throws: (any Error).self) { try RawClient(port: port) }
    await server.stop()
  }

  @Test func `stopping cuts a client that does not read`() async throws {
    let server = try HTTPServer(configuration: HTTPServerConfiguration(stopGrace: .milliseconds(50)).patient) { _ in
      HTTPResponse(status: 200, content: .bytes([UInt8](repeating: 0, count: 50_000_000)))
    }
    let (_, port) = try server.start()
    let client = try RawClient(port: port, receiveBuffer: 4096)
    try await client.send(get("/"))
    _ = try await client.head()
    await server.stop()
    #expect(try await client.receiveAll().count < 50_000_000)
  }

  @Test func `an address in use is named`() async throws {
    try await withServer(handler: { _ in text("") }) { server, port in
      let second = try HTTPServer(configuration: HTTPServerConfiguration(port: port)) { _ in text("") }
      let error = #expect(throws: HTTPServerError.self) { try second.start() }
      #expect(error == .addressInUse(host: "127.0.0.1", port: port))
      #expect(error?.description.contains("127.0.0.1:\(port): address in use") == true)
      #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
    }
  }

  @Test(arguments: ["256.1.1.1.example.invalid", "192.0.2.1"])
  func `a host that is not here is named with the reason`(_ host: String) throws {
    let server = try HTTPServer(configuration: HTTPServerConfiguration(host: host)) { _ in text("") }
    let error = #expect(throws: HTTPServerError.self) { try server.start() }
    #expect(error?.description.hasPrefix("cannot listen on \(host):0: ") == true)
  }

  @Test func `a server that was never started stops at once`() async throws {
    let server = try HTTPServer { _ in text("") }
    await server.stop()
    #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
  }

  @Test func `a silent connection is closed after the idle timeout`() async throws {
    try await withServer(HTTPServerConfiguration(idleTimeout: .seconds(1)), handler: { _ in text("hello") }) {
      _, port in
      let client = try RawClient(port: port)
      _ = try await client.exchange(get("/"))
      try await client.send("GET / HT")
      #expect(try await client.receiveAll() == [])
    }
  }

  @Test func `IPv6 and names work where the machine has them`() async throws {
    try await withServer(HTTPServerConfiguration(host: "localhost"), handler: { text($0.remoteAddress) }) { _, port in
      #expect(port > 0)
    }
  }

  @Test func `no descriptor is left when a server has stopped`() async throws {
    // Other tests open files and sockets meanwhile, but few queues of events.
    func queues() throws -> Int {
      try FileTree.names(in: "/proc/self/fd").count { name in
        var target = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/self/fd/\(name)", &target, target.count)
        return count > 0
          && String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self).contains("event")
      }
    }
    let before = try queues()
    for _ in 0..<100 {
      let server = try HTTPServer { _ in text("") }
      try server.start()
      await server.stop()
    }
    #expect(try queues() < before + 200)
  }

  @Test func `stopping in the midst of traffic is safe`() async throws {
    let block = [UInt8](repeating: 1, count: 20_000)
    let answered = Counter()
    for round in 0..<40 {
      let server = try HTTPServer(configuration: HTTPServerConfiguration(stopGrace: .milliseconds(round % 3))) {
        request in
        if request.method == "PUT" { _ = try? await request.body.collect(upTo: 1 << 20) }
        if request.pathSegments == ["later"] { await Task.yield() }
        guard request.pathSegments == ["stream"] else { return HTTPResponse(status: 200, content: .bytes(block)) }
        return HTTPResponse(
          status: 200,
          content: .stream { writer in
            for _ in 0..<50 {
              try await writer.write(block)
              await Task.yield()
            }
          })
      }
      let (_, port) = try server.start()
      let client = HTTPClient()
      await withTaskGroup { group in
        for number in 0..<16 {
          group.addTask {
            let target = ["now", "later", "stream"][number % 3]
            let body = number % 2 == 0 ? HTTPClientRequestBody.bytes(block) : .none
            while true {
              do {
                let response = try await client.send(
                  method: number % 2 == 0 ? "PUT" : "GET", url: "http://127.0.0.1:\(port)/\(target)", body: body)
                _ = try await response.body.collect(upTo: 1 << 21)
                answered.add(1)
              } catch { return }
            }
          }
        }
        let before = answered.value
        _ = await eventually { answered.value > before + 20 }
        await server.stop()
        #expect(server.activeRequests == 0)
      }
    }
    #expect(answered.value > 40 * 20)
  }
}
