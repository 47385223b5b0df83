import HTTPClient
import HTTPServer
import Testing

@testable import Servers

@Suite struct ForwardedHeadersTests {
  private static func sent(_ headers: HTTPHeaders, from address: String = "10.0.0.9") -> [String] {
    let request = HTTPRequest(
      method: "POST", target: "/", pathSegments: [], headers: headers, remoteAddress: address)
    return ForwardedHeaders.request(request, by: "me").fields.map { "\($0.name): \($0.value)" }
  }

  @Test(arguments: [
    // Credentials, the host that the caller knows, and what is the content's own go along.
    ("Host", "ci.example:80", true), ("Authorization", "Bearer t", true), ("Cookie", "wright_session=s", true),
    ("Content-Type", "text/plain", true), ("Accept", "text/event-stream", true), ("Origin", "http://ci.example", true),
    ("Last-Event-ID", "7", true), ("Range", "bytes=0-1", true), ("X-Forwarded-Proto", "https", true),
    ("Sec-WebSocket-Key", "k", true),
    // What belongs to the connection does not.
    ("Connection", "keep-alive", false), ("keep-alive", "timeout=5", false), ("TE", "trailers", false),
    ("Transfer-Encoding", "chunked", false), ("Content-Length", "5", false), ("Upgrade", "websocket", false),
    ("Expect", "100-continue", false), ("Proxy-Authorization", "Basic x", false), ("Trailer", "x", false),
    ("wright-forwarded-by", "somebody", false),
  ])
  func `a field of a request goes along where it is not the connection's`(name: String, value: String, stays: Bool) {
    let sent = Self.sent(HTTPHeaders([(name: name, value: value)]))
    #expect(sent.contains("\(name): \(value)") == stays)
    #expect(sent.suffix(2) == ["X-Forwarded-For: 10.0.0.9", "Wright-Forwarded-By: me"])
  }

  @Test func `what Connection names does not go along`() {
    #expect(Self.sent(["Connection": "close, X-Own", "x-own": "1", "X-Other": "2"]).first == "X-Other: 2")
  }

  @Test func `the caller's address is put behind those that are known already`() {
    let sent = Self.sent(["X-Forwarded-For": "1.1.1.1, 2.2.2.2", "x-forwarded-for": "3.3.3.3"])
    #expect(sent.first == "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.9")
  }

  @Test func `an answer keeps what is the content's, and nothing that the router adds comes twice`() {
    let fields = [
      ("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("ETag", "\"x\""),
      ("Connection", "close, x-hop"), ("X-Hop", "1"), ("Content-Length", "5"), ("Transfer-Encoding", "chunked"),
      ("Date", "now"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
      ("Content-Security-Policy", "default-src 'none'"),
    ]
    let answer = ForwardedHeaders.answer(fields.map { (name: $0.0, value: $0.1) })
    #expect(
      answer.fields.map { "\($0.name)=\($0.value)" } == [
        "Content-Type=text/plain", "Set-Cookie=a=1", "Set-Cookie=b=2", "ETag=\"x\"",
        "Content-Security-Policy=default-src 'none'",
      ])
  }

  @Test(arguments: [
    ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX:y\r\n\r\n", 101, ["Upgrade=websocket", "X=y"]),
    ("HTTP/1.1 401\r\n\r\n", 401, []), ("HTTP/1.0 200 OK\r\nbroken\r\n\r\n", 200, []),
  ])
  func `the head of an answer is read`(text: String, status: Int, fields: [String]) throws {
    let head = try #require(AnswerHead(text.utf8))
    #expect(head.status == status)
    #expect(head.fields.map { "\($0.name)=\($0.value)" } == fields)
  }

  @Test(arguments: [
    "", "\r\n\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 many\r\n\r\n", "HTTP/2 200\r\n\r\n",
  ])
  func `what is no head of an answer is none`(text: String) { #expect(AnswerHead(text.utf8) == nil) }
}
