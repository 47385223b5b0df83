public import HTTPServer

extension HTTPRequest {
  /// True for methods that change nothing.
  public var isSafe: Bool { method == "GET" || method == "HEAD" || method == "OPTIONS" }

  /// True where the browser says that one of this server's own pages sent the request: `Sec-Fetch-Site: same-origin`,
  /// or for older browsers an `Origin` whose host and port are those of `Host`. The scheme is not compared, because a
  /// proxy may end TLS in front of the server.
  public var isSameOrigin: Bool {
    if let site = headers["Sec-Fetch-Site"] { return site == "same-origin" }
    guard let origin = headers["Origin"], let host = headers["Host"], !host.isEmpty,
      let scheme = ["http://", "https://"].first(where: { origin.hasPrefix($0) })
    else { return false }
    return origin.dropFirst(scheme.count).lowercased() == host.lowercased()
  }

  /// True where a browser says that a page of another site sent the request. A program that is no browser says nothing.
  public var isFromOtherSite: Bool {
    if let site = headers["Sec-Fetch-Site"] { return site != "same-origin" && site != "none" }
    return headers["Origin"] != nil && !isSameOrigin
  }

  /// Whether the browser speaks https to whatever stands before this server.
  public var isSecure: Bool { headers["X-Forwarded-Proto"] == "https" }

  /// This server's address as the caller knows it, for what people copy.
  public var address: String {
    let host = headers["Host"] ?? "127.0.0.1:8080"
    let isPlain = host.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
        UInt8(ascii: "["), UInt8(ascii: "]"):
        true
      default: false
      }
    }
    return "\(isSecure ? "https" : "http")://\(isPlain ? host : "127.0.0.1:8080")"
  }

  /// True where a browser asks for a page: `Accept` names HTML.
  public var prefersPage: Bool { isSafe && accepts("text/html") }

  /// True where `Accept` names exactly this media type (not by a wildcard).
  public func accepts(_ mediaType: String) -> Bool {
    headers.all("Accept").contains { value in
      value.split(separator: ",").contains { part in
        let pieces = part.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
        return pieces.first == mediaType && !pieces.dropFirst().contains { $0 == "q=0" || $0 == "q=0.0" }
      }
    }
  }

  /// The values of a cookie; a browser may send several of one name.
  public func cookies(_ name: String) -> [String] {
    headers.all("Cookie").flatMap { value in
      value.split(separator: ";").compactMap { part in
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, pair[0].trimmingSpaces() == name else { return nil }
        return String(pair[1].trimmingSpaces())
      }
    }
  }

  /// The token of `Authorization: Bearer <token>`.
  public var bearerToken: String? {
    guard let value = headers["Authorization"] else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    let token = parts[1].trimmingSpaces()
    return token.isEmpty ? nil : String(token)
  }
}

extension Substring {
  /// Without spaces and tabs at its ends.
  func trimmingSpaces() -> Substring {
    var rest = self[...]
    while let first = rest.utf8.first, first == 0x20 || first == 0x09 { rest = rest.dropFirst() }
    while let last = rest.utf8.last, last == 0x20 || last == 0x09 { rest = rest.dropLast() }
    return rest
  }
}
