internal import CWebAssets
internal import Crypto
internal import HTTPServer
internal import Routing

/// The style sheets, scripts and pictures, embedded in the program. Their addresses hold a hash of them all, so a
/// browser may keep them for ever, and scripts may name each other by relative paths.
struct Assets: Sendable {
  /// A file.
  struct File: Sendable {
    var bytes: [UInt8]
    var type: String
    var entityTag: String
  }

  /// The files by name.
  let files: [String: File]
  /// 16 hexadecimal digits that change with any file.
  let revision: String

  init() {
    var files: [String: File] = [:]
    var digests = ""
    for index in 0..<wright_web_asset_count {
      guard let asset = wright_web_asset_at(index)?.pointee else { continue }
      let name = String(cString: asset.name)
      let bytes = Array(UnsafeBufferPointer(start: asset.bytes, count: asset.size))
      let digest = Self.digest(bytes)
      digests += name + digest
      files[name] = File(bytes: bytes, type: Self.type(of: name), entityTag: EntityTag.make(String(digest.prefix(32))))
    }
    self.files = files
    revision = String(Self.digest(Array(digests.utf8)).prefix(16))
  }

  /// Where a file is.
  func path(_ name: String) -> String { "/assets/\(revision)/\(name)" }

  var routes: [Route] {
    [
      Route("GET", "/assets/{revision}/{name}", access: .open) { request in
        let name = request.parameters["name"] ?? ""
        guard let file = files[name] else { throw Problem.notFound("There is no file \(name.shortened).") }
        return respond(file, isCurrent: request.parameters["revision"] == revision, to: request.http)
      },
      Route("GET", "/favicon.ico", access: .open) { _ in
        HTTPResponse(status: 308, headers: ["Location": path("mark.svg")])
      },
    ]
  }

  private func respond(_ file: File, isCurrent: Bool, to request: HTTPRequest) -> HTTPResponse {
    // A page of an older version may still ask for its files by their old address: it gets what there is.
    let caching = isCurrent ? "public, max-age=31536000, immutable" : "no-cache"
    let headers: HTTPHeaders = ["ETag": file.entityTag, "Cache-Control": caching]
    if EntityTag.isListed(file.entityTag, in: request.headers["If-None-Match"]) {
      return HTTPResponse(status: 304, headers: headers)
    }
    var full = headers
    full["Content-Type"] = file.type
    return HTTPResponse(status: 200, headers: full, content: .bytes(file.bytes))
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    // Where libcrypto has no SHA-256, the length still tells most versions apart.
    (try? SHA256.hex(bytes)) ?? "length-\(bytes.count)"
  }

  private static func type(of name: String) -> String {
    switch name.split(separator: ".").last {
    case "css": "text/css; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    default: "application/octet-stream"
    }
  }
}
