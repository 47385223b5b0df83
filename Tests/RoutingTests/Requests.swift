import HTTPServer

/// Requests and answers in a few words.
extension HTTPRequest {
  static func get(_ target: String, _ headers: HTTPHeaders = [:]) -> HTTPRequest { make("GET", target, headers) }

  static func make(_ method: String, _ target: String, _ headers: HTTPHeaders = [:], body: String? = nil)
    -> HTTPRequest
  {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (name: String(sides[0]), value: sides.count > 1 ? String(sides[1]) : "")
    }
    let segments = parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    return HTTPRequest(
      method: method, target: target, pathSegments: segments, query: query, headers: headers,
      body: body.map(HTTPBody.once) ?? .empty)
  }
}

extension HTTPBody {
  /// A body of one piece.
  static func once(_ text: String) -> HTTPBody {
    let pieces = AsyncStream<[UInt8]> { continuation in
      continuation.yield(Array(text.utf8))
      continuation.finish()
    }
    return HTTPBody {
      for await piece in pieces { return piece }
      return nil
    }
  }
}

extension HTTPResponse {
  /// The bytes of the content as text.
  var text: String {
    if case .bytes(let bytes) = content { String(decoding: bytes, as: UTF8.self) } else { "" }
  }
}
