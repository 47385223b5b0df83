internal import Crypto
internal import HTTPClient
internal import NixFormat

/// The parts of a cache's address: `scheme://[user:password@]host[:port]/path?query`.
struct CacheAddress: Sendable, Hashable {
  /// `http`, `https` or `s3`.
  var scheme: String
  /// `user:password` in base 64; nil where there is none.
  var user: String?
  /// Host, port and path, without a slash at the end.
  var place: String
  /// What follows the question mark, percent signs resolved; of one name the last.
  var parameters: [String: String]

  /// The address without secrets and parameters.
  var base: String { "\(scheme)://\(place)" }
  /// For messages.
  var shown: String { base }

  init(_ text: String) throws(PushError) {
    guard let separator = Self.split(text, at: "://") else {
      throw .invalid("a cache's address begins with https://, http:// or s3://")
    }
    scheme = separator.0.lowercased()
    guard ["http", "https", "s3"].contains(scheme) else {
      throw .invalid("a cache's address begins with https://, http:// or s3://, not with \(separator.0.prefix(20))://")
    }
    let (rest, query) = Self.split(separator.1, at: "?") ?? (separator.1, "")
    let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
    place = String(rest)
    if let at = rest[..<authorityEnd].lastIndex(of: "@") {
      user = Base64.string(URLText.unescaped(rest[..<at]))
      place = String(rest[rest.index(after: at)...])
    }
    while place.hasSuffix("/") { place.removeLast() }
    guard !place.isEmpty, place.first != "/", !place.contains("#") else {
      throw .invalid("a cache's address has no host, or a '#'")
    }
    parameters = URLText.parameters(query[...])
  }

  /// The parameter `compression`; nil without one.
  func compression() throws(PushError) -> NarInfo.Compression? {
    guard let word = parameters["compression"] else { return nil }
    guard let compression = NarInfo.Compression(rawValue: word), [.zstd, .xz, .none].contains(compression) else {
      throw .invalid("compression=\(word.prefix(20)) is not known here; zstd, xz and none are")
    }
    return compression
  }

  private static func split(_ text: String, at separator: String) -> (String, String)? {
    guard let range = text.firstRange(of: separator) else { return nil }
    return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
  }
}
