public import HTTPServer

/// Answers in a few words.
extension HTTPResponse {
  /// JSON that is written already.
  public static func json(_ bytes: [UInt8], status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(status: status, type: "application/json", headers: headers, bytes)
  }

  /// JSON that `write` writes.
  public static func json(
    status: Int = 200, headers: HTTPHeaders = [:], capacity: Int = 1024, _ write: (inout JSONWriter) -> Void
  ) -> HTTPResponse {
    var writer = JSONWriter(capacity: capacity)
    write(&writer)
    return json(writer.bytes, status: status, headers: headers)
  }

  /// Plain text.
  public static func text(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, type: "text/plain; charset=utf-8", headers: [:], Array(text.utf8))
  }

  /// A page.
  public static func html(_ page: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(status: status, type: "text/html; charset=utf-8", headers: headers, Array(page.utf8))
  }

  private init(status: Int, type: String, headers: HTTPHeaders, _ bytes: [UInt8]) {
    var headers = headers
    headers.add("Content-Type", type)
    self.init(status: status, headers: headers, content: .bytes(bytes))
  }
}
