internal import CCurl
internal import Files

/// A request that was checked: what follows cannot fail for the caller's mistakes.
struct PreparedRequest: Sendable {
  var method: String
  var url: String
  /// `name: value`, as the library takes them.
  var headerLines: [String]
  var body: HTTPClientRequestBody
  var configuration: HTTPClient.Configuration
  /// For messages.
  var host: String
  var skipsProxy: Bool

  init(
    method: String, url: String, headers: HTTPClientHeaders, body: HTTPClientRequestBody,
    configuration: HTTPClient.Configuration
  ) throws(HTTPClientError) {
    let (name, port) = try Self.parse(url)
    host = configuration.unixSocket ?? (name.isEmpty ? url : "\(name):\(port)")
    self.method = method
    self.url = url
    self.body = body
    self.configuration = configuration
    skipsProxy = configuration.unixSocket != nil || Self.isLoopback(name)
    headerLines = []
    guard !method.isEmpty, method.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
      throw HTTPClientError(kind: .invalidRequest, host: host, reason: "the method is not a word")
    }
    headerLines = try Self.lines(headers, host: host)
    if case .file(_, let offset, let count) = body, offset < 0 || count < 0 {
      throw HTTPClientError(kind: .invalidRequest, host: host, reason: "\(count) bytes from \(offset) are no range")
    }
  }

  /// Bytes of the body, as the library takes it. Methods that usually have one say so when it is empty.
  var bodySize: Int64 {
    switch body {
    case .none: ["POST", "PUT", "PATCH"].contains(method) ? 0 : wright_curl_no_body
    case .bytes(let bytes): Int64(bytes.count)
    case .file(_, _, let count): count
    case .stream: wright_curl_unknown_size
    }
  }

  private static func parse(_ url: String) throws(HTTPClientError) -> (host: String, port: String) {
    let lowered = url.prefix(8).lowercased()
    guard lowered.hasPrefix("http://") || lowered.hasPrefix("https://") else {
      // Not repeated in the message: a URL may hold a password.
      throw HTTPClientError(
        kind: .invalidRequest, host: "the URL", reason: "it does not begin with http:// or https://")
    }
    guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw HTTPClientError(kind: .invalidRequest, host: "the URL", reason: "it holds a blank or a control character")
    }
    var host: UnsafeMutablePointer<CChar>?
    var port: UnsafeMutablePointer<CChar>?
    defer {
      curl_free(host)
      curl_free(port)
    }
    guard wright_curl_host(url, &host, &port) == 0, let host, let port else {
      throw HTTPClientError(kind: .invalidRequest, host: "the URL", reason: "it is malformed")
    }
    return (String(cString: host), String(cString: port))
  }

  /// A proxy cannot reach this machine's own loopback.
  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
  }

  private static func lines(_ headers: HTTPClientHeaders, host: String) throws(HTTPClientError) -> [String] {
    var lines: [String] = []
    for field in headers.fields {
      let isName =
        !field.name.isEmpty && field.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
      guard isName, field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw HTTPClientError(
          kind: .invalidRequest, host: host,
          reason: "the header field \(field.name) holds a character that may not be sent")
      }
      // "name:" would remove a field of the library's own; "name;" sends it empty.
      lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    return lines
  }
}
