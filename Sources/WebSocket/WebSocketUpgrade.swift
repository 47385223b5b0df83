internal import Crypto
public import HTTPServer

/// The opening handshake (RFC 6455, section 4.2), as far as it is not HTTP's.
public struct WebSocketUpgrade: Sendable, Hashable {
  /// What the client asks for, in its order.
  public var subprotocols: [String]
  private var key: String

  /// Why a request does not open a WebSocket.
  public struct Refusal: Error, Sendable, Hashable {
    /// 400 or 426.
    public var status: Int
    /// One sentence.
    public var detail: String
    /// What the answer has to carry.
    public var headers: [String: String]
  }

  /// Reads a request's head.
  public init(_ request: HTTPRequest) throws(Refusal) {
    guard request.method == "GET", Self.values("Upgrade", request).contains("websocket"),
      Self.values("Connection", request).contains("upgrade")
    else {
      throw Refusal(
        status: 426, detail: "open a WebSocket here: send GET with Upgrade: websocket and Connection: Upgrade",
        headers: ["Upgrade": "websocket"])
    }
    guard request.headers["Sec-WebSocket-Version"] == "13" else {
      throw Refusal(
        status: 426, detail: "only version 13 of the WebSocket protocol is spoken here",
        headers: ["Sec-WebSocket-Version": "13", "Upgrade": "websocket"])
    }
    let keys = request.headers.all("Sec-WebSocket-Key")
    guard keys.count == 1, let key = keys.first, Base64.bytes(key)?.count == 16 else {
      throw Refusal(status: 400, detail: "Sec-WebSocket-Key is not 16 bytes in base 64", headers: [:])
    }
    self.key = key
    subprotocols = Self.subprotocols(of: request)
  }

  /// The subprotocols that a request names, in its order; whether it opens a WebSocket or not.
  public static func subprotocols(of request: HTTPRequest) -> [String] {
    request.headers.all("Sec-WebSocket-Protocol").flatMap { $0.split(separator: ",") }.map { trimmed(String($0)) }
      .filter { !$0.isEmpty }
  }

  /// The answer that opens the WebSocket and runs `body` on it; the connection is closed when that returns.
  public func response(
    subprotocol: String? = nil, configuration: WebSocketConfiguration = WebSocketConfiguration(),
    _ body: @escaping @Sendable (WebSocket) async -> Void
  ) throws -> HTTPResponse {
    var headers: HTTPHeaders = ["Upgrade": "websocket", "Sec-WebSocket-Accept": try Self.accept(key)]
    headers["Sec-WebSocket-Protocol"] = subprotocol
    return HTTPResponse(
      status: 101, headers: headers,
      content: .upgrade { connection in await WebSocket.run(on: connection, configuration, body) })
  }

  /// What proves to the client that its request was understood.
  static func accept(_ key: String) throws -> String {
    Base64.string(try SHA1.hash(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
  }

  private static func values(_ field: String, _ request: HTTPRequest) -> [String] {
    request.headers.all(field).flatMap { $0.split(separator: ",") }.map { trimmed($0.lowercased()) }
  }

  private static func trimmed(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
