import Files
import Glibc
import HTTPServer
import Testing

@Suite struct FileAnswerTests {
  private func withFile(_ size: Int, _ body: (FileDescriptor) async throws -> Void) async throws {
    let path = "/tmp/wright-http-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    let file = try FileDescriptor.open(path, .createNew())
    try FileTree.removeFile(path)
    try file.write((0..<size).map { UInt8(truncatingIfNeeded: $0 % 251) }, at: 0)
    try await body(file)
  }

  @Test(arguments: [(0, 1_000_000), (1, 1), (999_999, 1), (12_345, 654_321), (5, 0)])
  func `a part of a file is sent exactly`(_ offset: Int, _ count: Int) async throws {
    try await withFile(1_000_000) { file in
      try await withServer(handler: { _ in
        HTTPResponse(status: 206, content: .file(file, offset: Int64(offset), count: Int64(count)))
      }) { _, port in
        let client = try RawClient(port: port)
        for _ in 0..<2 {
          let response = try await client.exchange(get("/"))
          #expect(response.status == 206)
          #expect(response.body == (offset..<(offset + count)).map { UInt8(truncatingIfNeeded: $0 % 251) })
        }
        try await client.send(get("/", method: "HEAD"))
        #expect(try await client.response(hasBody: false).header("Content-Length") == "\(count)")
        #expect(try await client.exchange(get("/")).status == 206)
      }
      #expect(try file.size() == 1_000_000, "the caller's descriptor stays open")
    }
  }

  @Test(arguments: [(-1, 5), (0, -5), (Int64.max, 5)] as [(Int64, Int64)])
  func `a range that is none is answered with 500 and reported`(_ offset: Int64, _ count: Int64) async throws {
    let reports = Recorder<String>()
    try await withFile(10) { file in
      try await withServer(
        HTTPServerConfiguration(report: { reports.record($0) }),
        handler: { _ in
          HTTPResponse(status: 200, content: .file(file, offset: offset, count: count))
        }
      ) { _, port in
        let client = try RawClient(port: port)
        #expect(try await client.exchange(get("/x")).status == 500)
        #expect(reports.all.first?.hasPrefix("an answer to /x cannot be sent: ") == true)
      }
    }
  }

  @Test(arguments: [("X", "a\r\nSet-Cookie: b"), ("X", "a\nb"), ("X", "a\0b"), ("X Y", "a"), ("", "a")])
  func `a header that would break the answer is never sent`(_ name: String, _ value: String) async throws {
    try await withServer(handler: { _ in HTTPResponse(status: 200, headers: HTTPHeaders([(name: name, value: value)])) }
    ) {
      _, port in
      let response = try await RawClient(port: port).exchange(get("/"))
      #expect(response.status == 500)
      #expect(!response.head.contains("Set-Cookie"))
    }
  }
}
