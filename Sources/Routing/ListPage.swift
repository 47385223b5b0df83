public import HTTPServer

/// The part of a list that a request asks for, by `limit` and `cursor`.
public struct ListPage: Sendable, Hashable {
  /// At most so many entries: 50 unless asked, never more than 200.
  public var limit: Int
  /// Where the page before ended; nil for the first page.
  public var cursor: Int64?

  /// Reads the query. A limit above 200 is taken as 200; one that is no positive number, or a cursor that this server
  /// did not make, is a `Problem` 422.
  public init(_ request: HTTPRequest) throws {
    limit = 50
    if let text = request.query("limit"), !text.isEmpty {
      guard let number = Int64(digits: text), number > 0 else {
        throw Problem(422, "limit is a number from 1 to 200, not '\(text.shortened)'")
      }
      limit = Int(min(number, 200))
    }
    if let text = request.query("cursor"), !text.isEmpty {
      guard let number = Int64(digits: text) else {
        throw Problem(422, "the cursor '\(text.shortened)' is not one of this list; take it from the Link field")
      }
      cursor = number
    }
  }

  /// The `Link` field for the page after: the same request with another cursor.
  public func next(_ cursor: Int64, of request: HTTPRequest) -> String {
    let path = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first ?? "/"
    var pairs = request.query.filter { $0.name != "cursor" }
    pairs.append((name: "cursor", value: String(cursor)))
    let query = pairs.map { PercentEncoding.segment($0.name) + "=" + PercentEncoding.segment($0.value) }
    return "<\(path)?\(query.joined(separator: "&"))>; rel=\"next\""
  }
}

extension Int64 {
  /// A number of decimal digits only: no sign, no spaces. nil for other text and for what does not fit.
  public init?(digits text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.count <= 19, text.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int64(text)
    else { return nil }
    self = number
  }
}

extension String {
  /// At most 60 characters, for quoting a caller's value back.
  public var shortened: String { count <= 60 ? self : String(prefix(59)) + "…" }
}
