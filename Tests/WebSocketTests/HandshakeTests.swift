import HTTPServer
import Testing

@testable import WebSocket

@Suite struct HandshakeTests {
  private static let good: [(String, String)] = [
    ("Upgrade", "websocket"), ("Connection", "keep-alive, Upgrade"), ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
  ]

  private func request(_ fields: [(String, String)], method: String = "GET") -> HTTPRequest {
    HTTPRequest(
      method: method, target: "/", pathSegments: [], headers: HTTPHeaders(fields.map { (name: $0.0, value: $0.1) }))
  }

  @Test func `the proof is that of the standard's example`() throws {
    #expect(try WebSocketUpgrade.accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test func `an answer names the chosen subprotocol`() throws {
    let upgrade = try WebSocketUpgrade(
      request(Self.good + [("Sec-WebSocket-Protocol", "one, two"), ("Sec-WebSocket-Protocol", "three")]))
    #expect(upgrade.subprotocols == ["one", "two", "three"])
    let response = try upgrade.response(subprotocol: upgrade.subprotocols.first) { _ in }
    #expect(response.status == 101)
    #expect(response.headers["Sec-WebSocket-Protocol"] == "one")
    #expect(response.headers["Upgrade"] == "websocket")
  }

  @Test(arguments: [
    ("Upgrade", "h2c", 426), ("Connection", "close", 426), ("Sec-WebSocket-Version", "8", 426),
    ("Sec-WebSocket-Key", "short", 400), ("Sec-WebSocket-Key", "", 400),
  ]) func `a request that opens no WebSocket is told why`(field: String, value: String, status: Int) {
    let fields = Self.good.map { $0.0 == field ? ($0.0, value) : $0 }
    let error = #expect(throws: WebSocketUpgrade.Refusal.self) { try WebSocketUpgrade(request(fields)) }
    #expect(error?.status == status)
  }

  @Test func `HEAD opens none`() {
    #expect(throws: WebSocketUpgrade.Refusal.self) { try WebSocketUpgrade(request(Self.good, method: "HEAD")) }
  }
}
