internal import CWebAssets
internal import Compression
internal import Crypto
internal import HTTPServer
internal import Routing

/// The style sheets, scripts and pictures, embedded in the program. Their addresses hold a hash of them all, so a
/// browser may keep them for ever, and scripts may name each other by relative paths.
struct Assets: Sendable {
  /// A file.
  struct File: Sendable {
    var bytes: [UInt8]
    /// The same as a zstd frame, made once; nil where that is not smaller.
    var compressed: [UInt8]?
    var type: String
    var entityTag: String
    var compressedEntityTag: String
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
      let tag = String(digest.prefix(32))
      files[name] = File(
        bytes: bytes, compressed: Self.compressed(bytes), type: Self.type(of: name), entityTag: EntityTag.make(tag),
        compressedEntityTag: EntityTag.make(tag + "-zstd"))
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
    let compressed = Self.acceptsZstd(request) ? file.compressed : nil
    let tag = compressed == nil ? file.entityTag : file.compressedEntityTag
    let headers: HTTPHeaders = ["ETag": tag, "Cache-Control": caching, "Vary": "Accept-Encoding"]
    if EntityTag.isListed(tag, in: request.headers["If-None-Match"]) {
      return HTTPResponse(status: 304, headers: headers)
    }
    var full = headers
    full["Content-Type"] = file.type
    if compressed != nil { full["Content-Encoding"] = "zstd" }
    return HTTPResponse(status: 200, headers: full, content: .bytes(compressed ?? file.bytes))
  }

  /// Whether the client has said that it takes zstd (RFC 8878), with a weight that is not 0.
  static func acceptsZstd(_ request: HTTPRequest) -> Bool {
    for part in (request.headers["Accept-Encoding"] ?? "").lowercased().split(separator: ",") {
      let parameters = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
      guard parameters.first == "zstd" else { continue }
      let weight = parameters.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
      return weight.flatMap { Double($0) } != 0
    }
    return false
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    var output: [UInt8] = []
    do {
      // With the size known, memory and time are those of a small text; otherwise each would cost 50 MiB and 20 ms.
      var compressor = try Compressor(level: 12, size: Int64(bytes.count))
      try bytes.withUnsafeBytes { try compressor.write($0) { output += $0 } }
      try compressor.finish { output += $0 }
    } catch {
      return nil
    }
    return output.count < bytes.count ? output : nil
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
