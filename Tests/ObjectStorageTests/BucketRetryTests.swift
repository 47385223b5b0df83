import Concurrency
import HTTPServer
import Testing

@testable import ObjectStorage

/// What the client does with a bucket that fails.
@Suite struct BucketRetryTests {
  @Test(arguments: [
    HTTPResponse.refusal(503, "SlowDown"), .refusal(500, "InternalError"), .refusal(429, ""),
    .refusal(400, "RequestTimeout"), HTTPResponse(status: 502),
  ])
  func `what fails for the moment is made again, with pauses that grow`(failure: HTTPResponse) async throws {
    let server = try FlakyServer([failure, failure, failure, HTTPResponse(status: 200)])
    let (client, waits) = try server.client()
    try await client.put("x", .bytes([1, 2, 3]))
    #expect(server.requests.count == 4)
    let times = waits.withLock { $0 }
    #expect(times.count == 3 && times[2] > times[0])
    #expect(client.statistics.failures == 3 && client.statistics.sentBytes == 3 && client.statistics.isAnswering)
    await server.stop()
  }

  @Test func `the server says how long to wait`() async throws {
    let server = try FlakyServer([.refusal(503, "SlowDown", retryAfter: "7"), HTTPResponse(status: 200)])
    let (client, waits) = try server.client()
    try await client.put("x", .bytes([]))
    #expect(waits.withLock { $0 } == [.seconds(7)])
    await server.stop()
  }

  @Test func `a bucket that stays away is given up, and the sentence says how it failed`() async throws {
    let server = try FlakyServer([.refusal(503, "SlowDown", "Please reduce your request rate.")])
    let (client, _) = try server.client(patience: .seconds(3))
    await #expect {
      try await client.put("x", .bytes([]))
    } throws: { error in
      (error as? ObjectStorageError)?.kind == .unavailable && "\(error)".contains("reduce your request rate")
        && "\(error)".contains("tried for 3 s")
    }
    #expect(!client.statistics.isAnswering)
    await server.stop()
    await #expect {
      try await client.put("x", .bytes([]))
    } throws: { error in
      (error as? ObjectStorageError)?.kind == .unavailable && "\(error)".contains("cannot reach 127.0.0.1")
    }
  }

  @Test func `a refusal for good is not repeated, and no words of the server give a key away`() async throws {
    let server = try FlakyServer([.refusal(403, "AccessDenied", "no KEYKEY with SECRET here")])
    let (client, waits) = try server.client()
    await #expect {
      try await client.put("x", .bytes([]))
    } throws: { error in
      (error as? ObjectStorageError)?.kind == .denied && !"\(error)".contains("KEYKEY")
        && !"\(error)".contains("SECRET")
    }
    #expect(server.requests.count == 1 && waits.withLock { $0 }.isEmpty)
    await server.stop()
  }

  @Test func `an object whose connection breaks is read on from there`() async throws {
    let cut = HTTPResponse(
      status: 206, headers: ["Content-Range": "bytes 0-9/10"],
      content: .stream { writer in
        try await writer.write([0, 1, 2, 3])
        throw CancellationError()
      })
    let rest = HTTPResponse(
      status: 206, headers: ["Content-Range": "bytes 4-9/10"], content: .bytes([4, 5, 6, 7, 8, 9]))
    let server = try FlakyServer([cut, rest])
    let (client, _) = try server.client()
    let taken = Lock<[UInt8]>([])
    try await client.stream("x", from: 0, count: 10) { bytes in taken.withLock { $0 += bytes } }
    #expect(taken.withLock { $0 } == Array(0..<10))
    #expect(server.requests.count == 2 && server.requests[0] == "GET bytes=0-9")
    await server.stop()
  }

  @Test func `a completion that turns into a failure after its status is made again`() async throws {
    let server = try FlakyServer([.refusal(200, "InternalError"), HTTPResponse(status: 200)])
    let (client, _) = try server.client()
    try await client.complete(BucketUpload(key: "x", id: "1"), [UploadedPart(number: 1, entityTag: "a")])
    #expect(server.requests.count == 2)
    await server.stop()
  }
}
