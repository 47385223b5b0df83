internal import HTTPClient

extension ServerConnection {
  /// The number in `12` or `#12`.
  static func number(_ text: String) throws(UsageError) -> Int64 {
    let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
    guard let number = Int64(digits), number > 0, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw UsageError("'\(text)' is not the number of a build, like 12 or #12")
    }
    return number
  }

  /// A build with its jobs.
  func build(_ id: Int64) async throws -> BuildDocument {
    try decode(BuildDocument.self, from: try await bytes("GET", "/builds/\(id)"))
  }

  /// The pages of a list, from `path` on, until `limit` entries were seen. `page` gets the body of each. Returns where
  /// the list goes on, where it does.
  func pages(_ path: String, _ page: (_ body: [UInt8]) throws -> Bool) async throws -> String? {
    var next: String? = path
    while let path = next {
      let response = try await request("GET", path)
      let body = try await collect(response)
      next = response.headers["Link"].flatMap(Self.nextPage)
      if try !page(body) { break }
    }
    return next
  }

  /// The address in `<...>; rel="next"`, where it is one of this server.
  static func nextPage(_ link: String) -> String? {
    for part in link.split(separator: ",") where part.contains("rel=\"next\"") || part.contains("rel=next") {
      guard let start = part.firstIndex(of: "<"), let end = part.firstIndex(of: ">"), start < end else { continue }
      let target = part[part.index(after: start)..<end]
      // An absolute URL is cut to its path: the token must go to no other server.
      if target.hasPrefix("/api/") { return String(target) }
      if let api = target.range(of: "/api/v1/") { return String(target[api.lowerBound...]) }
    }
    return nil
  }
}

extension Substring {
  /// Where `part` first occurs.
  fileprivate func range(of part: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
      start = index(after: start)
    }
    return nil
  }
}
