import Concurrency
import HTTPServer
import Testing

@Suite struct BackpressureTests {
  private static func chunked(_ bytes: [UInt8]) -> [UInt8] {
    Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
  }

  @Test func `50 MB in chunks arrive whole, and no faster than they are read`() async throws {
    let total = 50_000_000
    let piece = Self.chunked([UInt8](repeating: 7, count: 100_000))
    let mayRead = Wakeup()
    let sent = Counter()
    try await withServer(handler: { request in
      await mayRead.wait()
      var received = 0
      var largest = 0
      while let bytes = try? await request.body.next() {
        received += bytes.count
        largest = max(largest, bytes.count)
        if bytes.contains(where: { $0 != 7 }) { return text("wrong byte") }
      }
      return text("\(received) \(largest <= 300_000)")
    }) { _, port in
      let client = try RawClient(port: port)
      try await client.send(get("/", method: "PUT", headers: ["Transfer-Encoding: chunked"]))
      async let sending: Void = {
        for _ in 0..<(total / 100_000) {
          try await client.send(piece)
          sent.add(100_000)
        }
        try await client.send("0\r\n\r\n")
      }()
      // What fits into the buffers of the kernel and of the server, and then nothing more.
      #expect(await sent.isSteady())
      #expect(sent.value < 20_000_000)
      mayRead.signal()
      try await sending
      #expect(try await client.response().text == "\(total) true")
    }
  }

  @Test func `a slow client slows down a stream of 100 MB`() async throws {
    let total = 100_000_000
    let written = Counter()
    try await withServer(handler: { _ in
      HTTPResponse(
        status: 200,
        content: .stream { writer in
          let block = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
          for _ in 0..<(total / block.count) {
            try await writer.write(block)
            written.add(block.count)
          }
        })
    }) { _, port in
      let client = try RawClient(port: port, receiveBuffer: 64 * 1024)
      try await client.send("GET / HTTP/1.0\r\n\r\n")
      #expect(await written.isSteady())
      #expect(written.value < 20_000_000)
      _ = try await client.head()
      var received = 0
      var isRight = true
      while case let bytes = try await client.receive(limit: 1 << 20), !bytes.isEmpty {
        isRight = isRight && bytes.first == UInt8(truncatingIfNeeded: received % 50_000 % 251)
        received += bytes.count
      }
      #expect(received == total)
      #expect(isRight)
    }
  }
}

/// A number that tasks add to.
final class Counter: Sendable {
  private let number = Lock(0)

  var value: Int { number.withLock { $0 } }

  func add(_ more: Int) { number.withLock { $0 += more } }

  /// Waits until the number has begun to grow and then stands still.
  func isSteady() async -> Bool {
    let last = Lock((value: 0, times: 0))
    return await eventually {
      let value = self.value
      return last.withLock { last in
        last = (value, value > 0 && value == last.value ? last.times + 1 : 0)
        return last.times >= 20
      }
    }
  }
}
