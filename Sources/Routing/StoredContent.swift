public import HTTPServer

/// Stored bytes on their way to a client: answers `Range`, `If-Range` and `If-None-Match`.
public struct StoredContent: Sendable {
  /// Bytes in all.
  public var size: Int64
  /// A strong entity tag, quotes included; nil where the bytes may still change.
  public var entityTag: String?
  /// Fields for the answer; `ETag`, `Accept-Ranges` and `Content-Range` are added.
  public var headers: HTTPHeaders

  /// Stored bytes.
  public init(size: Int64, entityTag: String?, headers: HTTPHeaders) {
    self.size = size
    self.entityTag = entityTag
    self.headers = headers
  }

  /// 200, 206, 304, or a `Problem` 416. `content` makes the bytes from an offset; it is asked once, or not at all.
  public func response(
    to request: HTTPRequest, _ content: (_ offset: Int64, _ count: Int64) async throws -> HTTPContent
  ) async throws -> HTTPResponse {
    var headers = headers
    headers.add("Accept-Ranges", "bytes")
    if let entityTag {
      headers.add("ETag", entityTag)
      if EntityTag.isListed(entityTag, in: request.headers["If-None-Match"]) {
        headers["Content-Type"] = nil
        return HTTPResponse(status: 304, headers: headers)
      }
    }
    let allowed = EntityTag.allowsRange(entityTag, ifRange: request.headers["If-Range"])
    switch ByteRange(allowed ? request.headers["Range"] : nil, size: size) {
    case .whole:
      return HTTPResponse(status: 200, headers: headers, content: try await content(0, size))
    case .part(let range):
      headers.add("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
      let count = range.upperBound - range.lowerBound
      return HTTPResponse(status: 206, headers: headers, content: try await content(range.lowerBound, count))
    case .unsatisfiable:
      throw Problem(
        416, "the content has \(size) bytes; the range begins past its end",
        headers: ["Content-Range": "bytes */\(size)", "Accept-Ranges": "bytes"])
    }
  }
}

/// The value of `Content-Disposition` that makes a browser save the content instead of showing it (RFC 6266).
public enum ContentDisposition {
  /// For the last part of a name that may hold folders. The plain form has only harmless ASCII; the extended form
  /// says the name exactly.
  public static func attachment(_ name: String) -> String {
    let file = name.split(separator: "/").last.map(String.init) ?? "download"
    let plain = String(
      file.unicodeScalars.map { scalar -> Character in
        let isPlain = (0x20..<0x7F).contains(scalar.value) && scalar != "\"" && scalar != "\\" && scalar != "%"
        return isPlain ? Character(scalar) : "_"
      })
    let simple = "attachment; filename=\"\(plain)\""
    return plain == file ? simple : simple + "; filename*=UTF-8''" + PercentEncoding.segment(file)
  }
}
