import Concurrency
import HTTPClient
import HTTPServer
import Testing

@Suite struct UploadStreamTests {
  private static let count: HTTPHandler = { request in
    var (size, sum) = (0, UInt64(0))
    do {
      while let bytes = try await request.body.next() {
        size += bytes.count
        sum = bytes.reduce(sum) { $0 &* 31 &+ UInt64($1) }
      }
    } catch { return HTTPResponse(status: 400) }
    return HTTPResponse(
      status: 200, headers: ["X-Encoding": request.headers["Transfer-Encoding"] ?? "none"],
      content: .bytes(Array("\(size) \(sum)".utf8)))
  }

  @Test(arguments: [[], [1], [100_000, 1, 3_000_000], Array(repeating: 1000, count: 200)])
  func `a body that is written while it is sent arrives whole, in chunks`(_ sizes: [Int]) async throws {
    let pieces = sizes.enumerated().map { place, size in (0..<size).map { UInt8(truncatingIfNeeded: $0 &* (place + 3)) }
    }
    let sum = pieces.joined().reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) }
    try await withServer(handler: Self.count) { base in
      let upload = HTTPClientUpload()
      let client = HTTPClient()
      async let answer = client.send(method: "PUT", url: base, body: .stream(upload))
      for piece in pieces { try await upload.write(piece) }
      upload.finish()
      let response = try await answer
      #expect(response.headers["X-Encoding"] == "chunked")
      let text = String(decoding: try await response.body.collect(upTo: 100), as: UTF8.self)
      #expect(text == "\(sizes.reduce(0, +)) \(sum)")
    }
  }

  @Test func `an answer before the end ends the writing`() async throws {
    try await withServer(handler: { _ in HTTPResponse(status: 507, headers: ["Connection": "close"]) }) { base in
      let upload = HTTPClientUpload()
      let client = HTTPClient()
      async let answer = client.send(method: "PUT", url: base, body: .stream(upload))
      let piece = [UInt8](repeating: 7, count: 1 << 20)
      await #expect(throws: CancellationError.self) {
        while true { try await upload.write(piece) }
      }
      // Either its status or that the connection broke, by what came first.
      if let response = try? await answer { #expect(response.status == 507) }
    }
  }

  @Test func `a body that is given up fails the request, also where its writer is cancelled`() async throws {
    try await withServer(handler: Self.count) { base in
      for isCancelled in [false, true] {
        let upload = HTTPClientUpload()
        let client = HTTPClient()
        let answer = Task { try await client.send(method: "PUT", url: base, body: .stream(upload)).status }
        try await upload.write([1, 2, 3])
        if isCancelled {
          let writer = Task { try await upload.write([UInt8](repeating: 1, count: 100)) }
          writer.cancel()
          _ = try? await writer.value
        }
        upload.abandon()
        await #expect(throws: HTTPClientError.self) { try await answer.value }
      }
    }
  }

  @Test func `a writer does not wait for a server that is not there`() async throws {
    let upload = HTTPClientUpload()
    let client = HTTPClient()
    let answer = Task { try await client.send(method: "PUT", url: "http://127.0.0.1:1", body: .stream(upload)).status }
    await #expect(throws: CancellationError.self) { try await upload.write([1]) }
    await #expect(throws: HTTPClientError.self) { try await answer.value }
  }
}
