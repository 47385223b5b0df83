import Concurrency
import HTTPServer
import Testing

@Suite struct StreamTests {
  @Test func `2,000 idle streams get what one writer broadcasts`() async throws {
    let broadcast = Broadcast()
    try await withServer(
      HTTPServerConfiguration(connectionLimit: 4_000),
      handler: { _ in
        HTTPResponse(
          status: 200, headers: ["Content-Type": "text/event-stream"],
          content: .stream { writer in
            try await writer.write([0x30])
            while let bytes = await broadcast.next() { try await writer.write(bytes) }
          })
      }
    ) { server, port in
      var clients: [RawClient] = []
      for _ in 0..<2_000 {
        let client = try RawClient(port: port)
        try await client.send(get("/"))
        clients.append(client)
      }
      for client in clients {
        _ = try await client.head()
        #expect(try await client.chunk() == [0x30])
      }
      #expect(server.activeRequests == 2_000)
      for number in UInt8(1)...3 {
        #expect(await eventually { broadcast.waiting == 2_000 })
        broadcast.send([number])
        for client in clients { #expect(try await client.chunk() == [number]) }
      }
      #expect(await eventually { broadcast.waiting == 2_000 })
      broadcast.send(nil)
      for client in clients { #expect(try await client.chunk() == []) }
      #expect(await eventually { server.activeRequests == 0 })
    }
  }

  @Test func `writers of one stream may be many`() async throws {
    try await withServer(handler: { _ in
      HTTPResponse(
        status: 200,
        content: .stream { writer in
          try await withThrowingTaskGroup { group in
            for byte in UInt8(0)..<8 {
              group.addTask {
                for _ in 0..<50 { try await writer.write([UInt8](repeating: byte, count: 10_000)) }
              }
            }
            try await group.waitForAll()
          }
        })
    }) { _, port in
      let client = try RawClient(port: port)
      let body = try await client.exchange(get("/")).body
      #expect(body.count == 8 * 50 * 10_000)
      for byte in UInt8(0)..<8 { #expect(body.count { $0 == byte } == 500_000) }
    }
  }
}

/// Hands each value to everyone who waits at the time.
final class Broadcast: Sendable {
  private let continuations = Lock<[CheckedContinuation<[UInt8]?, Never>]>([])

  var waiting: Int { continuations.withLock { $0.count } }

  func next() async -> [UInt8]? {
    await withCheckedContinuation { continuation in continuations.withLock { $0.append(continuation) } }
  }

  func send(_ bytes: [UInt8]?) {
    let all = continuations.withLock { continuations in
      defer { continuations = [] }
      return continuations
    }
    for continuation in all { continuation.resume(returning: bytes) }
  }
}
