import HTTPServer
import Testing

@testable import Routing

@Suite struct ContentTests {
  @Test(
    arguments: [
      (nil, .whole), ("bytes=0-", .part(0..<10)), ("bytes=2-4", .part(2..<5)), ("bytes=2-99", .part(2..<10)),
      ("bytes=-3", .part(7..<10)), ("bytes=-99", .part(0..<10)), ("bytes=9-9", .part(9..<10)),
      ("bytes=10-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=99999999999999999999-", .unsatisfiable),
      ("bytes=0-99999999999999999999", .part(0..<10)), ("bytes=0-1,3-4", .whole), ("bytes=4-2", .whole),
      ("bytes=a-b", .whole), ("bytes=-", .whole), ("bytes=--1", .whole), ("bytes=", .whole), ("lines=1-2", .whole),
      ("bytes=1", .whole), ("bytes=+1-2", .whole), ("BYTES= 1 - 2 ", .part(1..<3)),
    ] as [(String?, ByteRange)])
  func `a range of ten bytes`(field: String?, range: ByteRange) {
    #expect(ByteRange(field, size: 10) == range)
  }

  @Test(
    arguments: [
      ("bytes=0-", .unsatisfiable), ("bytes=-1", .unsatisfiable), (nil, .whole),
    ] as [(String?, ByteRange)])
  func `a range of nothing`(field: String?, range: ByteRange) {
    #expect(ByteRange(field, size: 0) == range)
  }

  private func answer(_ headers: HTTPHeaders) async throws -> HTTPResponse {
    let content = StoredContent(size: 10, entityTag: "\"abc\"", headers: ["Content-Type": "text/plain"])
    return try await content.response(to: .get("/", headers)) { offset, count in
      .bytes(Array("0123456789".utf8)[Int(offset)..<Int(offset + count)].map { $0 })
    }
  }

  @Test func `content is sent whole, in part, or not at all`() async throws {
    let whole = try await answer([:])
    #expect(whole.status == 200)
    #expect(whole.text == "0123456789")
    #expect(whole.headers["ETag"] == "\"abc\"")
    #expect(whole.headers["Accept-Ranges"] == "bytes")
    let part = try await answer(["Range": "bytes=2-4"])
    #expect(part.status == 206)
    #expect(part.text == "234")
    #expect(part.headers["Content-Range"] == "bytes 2-4/10")
    let problem = await #expect(throws: Problem.self) { try await answer(["Range": "bytes=10-"]) }
    #expect(problem?.status == 416)
    #expect(problem?.headers["Content-Range"] == "bytes */10")
  }

  @Test(arguments: ["\"abc\"", "W/\"abc\"", "*", "\"x\", \"abc\""])
  func `content that the client has is not sent`(known: String) async throws {
    let response = try await answer(["If-None-Match": known])
    #expect(response.status == 304)
    #expect(response.headers["ETag"] == "\"abc\"")
  }

  @Test(arguments: [("\"abc\"", 206), ("\"x\"", 200), ("W/\"abc\"", 200), ("Sat, 21 Nov 2026 08:00:00 GMT", 200)])
  func `a range of other content is not sent`(ifRange: String, status: Int) async throws {
    #expect(try await answer(["Range": "bytes=0-0", "If-Range": ifRange]).status == status)
  }

  @Test(arguments: [
    ("a/b/tool.tar.gz", "attachment; filename=\"tool.tar.gz\""),
    ("a \"b\"\r\nX: y", "attachment; filename=\"a _b___X: y\"; filename*=UTF-8''a%20%22b%22%0D%0AX%3A%20y"),
    ("größe.txt", "attachment; filename=\"gr__e.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.txt"),
    ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
  ])
  func `a name cannot leave its header field`(name: String, value: String) {
    #expect(ContentDisposition.attachment(name) == value)
  }

  @Test func `a page of a list keeps the other parameters`() throws {
    let request = HTTPRequest.get("/builds?tag=a b&limit=10&cursor=5")
    let page = try ListPage(request)
    #expect(page == (try ListPage(.get("/?cursor=5&limit=10"))))
    #expect(page.limit == 10)
    #expect(page.next(4, of: request) == "</builds?tag=a%20b&limit=10&cursor=4>; rel=\"next\"")
    #expect(try ListPage(.get("/?limit=1000")).limit == 200)
    #expect(try ListPage(.get("/?limit=&cursor=")) == (try ListPage(.get("/"))))
    #expect(try ListPage(.get("/")).limit == 50)
  }

  @Test(arguments: ["limit=0", "limit=-1", "limit=x", "cursor=-1", "cursor=1e3", "cursor=nonsense"])
  func `a wrong page is refused`(query: String) {
    let problem = #expect(throws: Problem.self) { try ListPage(.get("/?" + query)) }
    #expect(problem?.status == 422)
  }
}
