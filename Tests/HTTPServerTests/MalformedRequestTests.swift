import HTTPServer
import Testing

/// Requests that software on the way could read differently, or that no honest client sends.
@Suite struct MalformedRequestTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var request: String
    var testDescription: String { name }

    init(_ name: String, _ request: String) {
      self.name = name
      self.request = request
    }
  }

  private static let host = "Host: t\r\n"

  static let refused = [
    Case("two Content-Lengths", "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
    Case(
      "the same Content-Length twice", "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    Case(
      "Content-Length and Transfer-Encoding",
      "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Case(
      "Transfer-Encoding and Content-Length",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    Case("a signed Content-Length", "POST / HTTP/1.1\r\n\(host)Content-Length: +5\r\n\r\nhello"),
    Case("a negative Content-Length", "POST / HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n"),
    Case("a hexadecimal Content-Length", "POST / HTTP/1.1\r\n\(host)Content-Length: 0x5\r\n\r\nhello"),
    Case("a list in Content-Length", "POST / HTTP/1.1\r\n\(host)Content-Length: 5, 5\r\n\r\nhello"),
    Case("an empty Content-Length", "POST / HTTP/1.1\r\n\(host)Content-Length:\r\n\r\n"),
    Case(
      "a transfer coding before chunked", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    Case("an unknown transfer coding", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: identity\r\n\r\n"),
    Case("chunked twice", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    Case(
      "two Transfer-Encodings",
      "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
    Case("a vertical tab in a coding", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: \u{0B}chunked\r\n\r\n0\r\n\r\n"),
    Case("a coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    Case("an encoded NUL in the path", "GET /a%00b HTTP/1.1\r\n\(host)\r\n"),
    Case("an encoded NUL in the query", "GET /a?b=%00 HTTP/1.1\r\n\(host)\r\n"),
    Case("a NUL in the target", "GET /a\0b HTTP/1.1\r\n\(host)\r\n"),
    Case("an escape that is not hexadecimal", "GET /a%zz HTTP/1.1\r\n\(host)\r\n"),
    Case("half an escape", "GET /a%4 HTTP/1.1\r\n\(host)\r\n"),
    Case("a percent sign alone", "GET /a?b=% HTTP/1.1\r\n\(host)\r\n"),
    Case("an escape that is not UTF-8", "GET /%FF%FE HTTP/1.1\r\n\(host)\r\n"),
    Case("an overlong slash", "GET /%C0%AF HTTP/1.1\r\n\(host)\r\n"),
    Case("a parent folder", "GET /a/../b HTTP/1.1\r\n\(host)\r\n"),
    Case("a parent folder at the end", "GET /a/.. HTTP/1.1\r\n\(host)\r\n"),
    Case("an encoded parent folder", "GET /a/%2e%2E/b HTTP/1.1\r\n\(host)\r\n"),
    Case("a parent folder behind an encoded slash", "GET /a/x%2f..%2fb HTTP/1.1\r\n\(host)\r\n"),
    Case("the same folder", "GET /./a HTTP/1.1\r\n\(host)\r\n"),
    Case("a target without a slash", "GET a HTTP/1.1\r\n\(host)\r\n"),
    Case("a target with a blank", "GET /a b HTTP/1.1\r\n\(host)\r\n"),
    Case("a target that is not ASCII", "GET /é HTTP/1.1\r\n\(host)\r\n"),
    Case("an authority as the target", "CONNECT example.org:443 HTTP/1.1\r\n\(host)\r\n"),
    Case("no Host", "GET / HTTP/1.1\r\n\r\n"),
    Case("no Host but another field", "GET / HTTP/1.1\r\nAccept: a\r\n\r\n"),
    Case("two Hosts", "GET / HTTP/1.1\r\n\(host)\(host)\r\n"),
    Case("a NUL in a value", "GET / HTTP/1.1\r\n\(host)X: a\0b\r\n\r\n"),
    Case("a NUL at the end of a value", "GET / HTTP/1.1\r\n\(host)X: a\0\r\n\r\n"),
    Case("a NUL in a name", "GET / HTTP/1.1\r\n\(host)X\0Y: a\r\n\r\n"),
    Case("a NUL at the start of a line", "GET / HTTP/1.1\r\n\(host)\0X: a\r\n\r\n"),
    Case("a NUL that hides a length", "POST / HTTP/1.1\r\n\(host)X: a\0\r\nContent-Length: 5\r\n\r\nhello"),
    Case("a control character in a value", "GET / HTTP/1.1\r\n\(host)X: a\u{01}b\r\n\r\n"),
    Case("a carriage return in a value", "GET / HTTP/1.1\r\n\(host)X: a\rb\r\n\r\n"),
    Case("DEL in a value", "GET / HTTP/1.1\r\n\(host)X: a\u{7F}b\r\n\r\n"),
    Case("a blank before the colon", "GET / HTTP/1.1\r\n\(host)X : a\r\n\r\n"),
    Case("a blank before a length's colon", "POST / HTTP/1.1\r\n\(host)Content-Length : 5\r\n\r\nhello"),
    Case("a name with a bracket", "GET / HTTP/1.1\r\n\(host)X(: a\r\n\r\n"),
    Case("an empty name", "GET / HTTP/1.1\r\n\(host): a\r\n\r\n"),
    Case("a line without a colon", "GET / HTTP/1.1\r\n\(host)nothing\r\n\r\n"),
    Case("a folded line", "GET / HTTP/1.1\r\n\(host)X: a\r\n b\r\n\r\n"),
    Case("a folded coding", "POST / HTTP/1.1\r\n\(host)Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    Case("a first line that is folded", "GET / HTTP/1.1\r\n X: a\r\n\(host)\r\n"),
    Case("a method that is no token", "G{T / HTTP/1.1\r\n\(host)\r\n"),
    Case("no version", "GET /\r\n\(host)\r\n"),
    Case("a version in small letters", "GET / http/1.1\r\n\(host)\r\n"),
    Case("a version of three parts", "GET / HTTP/1.1.1\r\n\(host)\r\n"),
  ]

  @Test(arguments: refused)
  func `is answered with 400 and the end of the connection`(_ testCase: Case) async throws {
    try await withServer(handler: { _ in text("reached the handler") }) { server, port in
      let client = try RawClient(port: port)
      // A second request behind it must not be taken for one.
      try await client.send(testCase.request + get("/smuggled"))
      let answer = String(decoding: try await client.receiveAll(), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.0 400 "), "\(answer)")
      #expect(!answer.contains("reached the handler"))
      #expect(!answer.contains(" 200 "))
      #expect(await eventually { server.activeRequests == 0 })
    }
  }

  @Test(arguments: [
    Case("a version of the future", "GET / HTTP/2.0\r\n\r\n"), Case("a version of the past", "GET / HTTP/0.9\r\n\r\n"),
  ])
  func `another version is answered with 505`(_ testCase: Case) async throws {
    try await withServer(handler: { _ in text("reached the handler") }) { _, port in
      let client = try RawClient(port: port)
      try await client.send(testCase.request)
      #expect(String(decoding: try await client.receiveAll(), as: UTF8.self).contains(" 505 "))
    }
  }

  @Test(arguments: [
    Case("no hexadecimal size", "zz\r\nhello\r\n0\r\n\r\n"), Case("a signed size", "+5\r\nhello\r\n0\r\n\r\n"),
    Case("a size with a prefix", "0x5\r\nhello\r\n0\r\n\r\n"), Case("an empty size", "\r\nhello\r\n0\r\n\r\n"),
    Case("more than the chunk's size", "3\r\nhello\r\n0\r\n\r\n"),
    Case("a size that overflows", "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
  ])
  func `a malformed chunk ends the connection and the body`(_ testCase: Case) async throws {
    let outcomes = Recorder<String>()
    try await withServer(handler: { request in
      do {
        outcomes.record("complete: \(try await request.body.collect(upTo: 1000))")
      } catch {
        outcomes.record("\(error)")
      }
      return text("answered")
    }) { server, port in
      let client = try RawClient(port: port)
      try await client.send(get("/", method: "POST", headers: ["Transfer-Encoding: chunked"]) + testCase.request)
      let answer = String(decoding: try await client.receiveAll(), as: UTF8.self)
      #expect(!answer.contains("answered"))
      #expect(await eventually { outcomes.all == ["disconnected"] })
      #expect(await eventually { server.activeRequests == 0 })
    }
  }

  @Test(arguments: [
    Case("bare line feeds", "GET /a HTTP/1.1\nHost: t\n\n"), Case("an empty line ahead", "\r\n" + get("/a")),
    Case("the absolute form", "GET http://t/a HTTP/1.1\r\nHost: t\r\n\r\n"),
    Case("blanks around a value", "GET /a HTTP/1.1\r\nHost:   t  \t\r\n\r\n"),
    Case("an empty value", "GET /a HTTP/1.1\r\nHost: t\r\nX:\r\n\r\n"),
    Case("Latin-1 in a value", "GET /a HTTP/1.1\r\nHost: t\r\nX: \u{E9}\r\n\r\n"),
    Case("HTTP/1.0 without a Host", "GET /a HTTP/1.0\r\n\r\n"),
    Case("an escaped letter", "GET /%61 HTTP/1.1\r\nHost: t\r\n\r\n"),
  ])
  func `what is odd but clear is understood`(_ testCase: Case) async throws {
    try await withServer(handler: { text("\($0.pathSegments)") }) { _, port in
      let client = try RawClient(port: port)
      #expect(try await client.exchange(testCase.request).text == #"["a"]"#)
    }
  }
}
