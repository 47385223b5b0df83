import Compression
import Concurrency
import Crypto
import FoundationEssentials
import HTTPServer
import NixFormat

/// Uploads, in parts and in the older form.
extension StrictCache {
  func begin(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
    if isOlder { return HTTPResponse(status: 404) }
    guard body.isEmpty else { return complain("beginning an upload has no body") }
    guard let compression = request.query("compression"), ["zst", "xz"].contains(compression) else {
      return complain("the compression is neither zst nor xz")
    }
    let id = state.withLock { state in
      state.next += 1
      // An identifier that has to be escaped in a query.
      state.uploads["up/\(state.next)+ä"] = Upload(compression: compression)
      return state.next
    }
    return json(#"{"narId":"nar-\#(id)","uploadId":"up/\#(id)+ä"}"#)
  }

  func part(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
    guard let id = request.query("uploadId"), let number = request.query("partNumber").flatMap({ Int($0) }) else {
      return complain("a part without its upload or number")
    }
    guard let document = try? JSONDecoder().decode(JSONValue.self, from: Data(body)),
      let md5 = document["contentMD5"]?.text, Base64.bytes(md5)?.count == 16
    else { return complain("a part without its MD5") }
    guard state.withLock({ $0.uploads[id]?.isOver }) == false else { return HTTPResponse(status: 404) }
    let host = request.headers["Host"] ?? ""
    let escaped = id.utf8.map { "%" + Hexadecimal.string([$0]) }.joined()
    let wanted = Hexadecimal.string(Base64.bytes(md5) ?? [])
    return json(#"{"uploadUrl":"http://\#(host)/upload?id=\#(escaped)&number=\#(number)&md5=\#(wanted)"}"#)
  }

  func put(_ request: HTTPRequest, _ body: [UInt8]) async -> HTTPResponse {
    if request.headers["Authorization"] != nil { return complain("the token was sent with a part") }
    guard request.headers["Content-Type"] == "application/octet-stream" else {
      return complain("a part without a type")
    }
    guard let id = request.query("id"), let number = request.query("number").flatMap({ Int($0) }),
      let md5 = try? MD5.hex(body), md5 == request.query("md5"),
      request.headers["Content-MD5"] == Base64.string(Hexadecimal.bytes(md5) ?? [])
    else { return complain("the part's MD5 is another one") }
    state.withLock { state in
      state.uploads[id]?.parts[number] = (body, "\"\(md5)\"")
    }
    return HTTPResponse(status: 200, headers: ["ETag": "\"\(md5)\""])
  }

  func complete(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
    guard request.headers["Content-Type"] == "application/json" else { return complain("JSON without its type") }
    guard let id = request.query("uploadId"), let upload = state.withLock({ $0.uploads[id] }) else {
      return HTTPResponse(status: 404)
    }
    guard let document = try? JSONDecoder().decode(JSONValue.self, from: Data(body)),
      case .object(let info) = document["narInfoCreate"], let parts = document["parts"]?.list
    else { return complain("completing has no parts or no narInfoCreate") }
    let numbers = parts.compactMap { $0["partNumber"]?.number.map(Int.init) }
    guard numbers == Array(1...max(1, upload.parts.count)), numbers.count == upload.parts.count,
      parts.compactMap({ $0["eTag"]?.text }) == numbers.compactMap({ upload.parts[$0]?.eTag })
    else { return complain("the parts are not those that came") }
    state.withLock { $0.uploads[id]?.isOver = true }
    return store(info, numbers.flatMap { upload.parts[$0]?.bytes ?? [] }, upload.compression)
  }

  func abort(_ request: HTTPRequest) -> HTTPResponse {
    guard let id = request.query("uploadId") else { return complain("an abort without its upload") }
    state.withLock { $0.uploads[id] = nil }
    return HTTPResponse(status: 200)
  }

  func takeNar(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
    guard request.headers["Content-Type"] == "application/octet-stream" else { return complain("a NAR without a type") }
    guard let hash = try? SHA256.hex(body), let compression = request.query("compression") else {
      return complain("a NAR without a compression")
    }
    state.withLock { $0.streamed[hash + compression] = body }
    return json("{}")
  }

  func takeNarInfo(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
    guard case .object(let info) = try? JSONDecoder().decode(JSONValue.self, from: Data(body)),
      let hash = info["cFileHash"]?.text, request.pathSegments.last == (info["cStoreHash"]?.text ?? "") + ".narinfo"
    else { return complain("a narinfo that is none") }
    for compression in ["zst", "xz"] {
      if let nar = state.withLock({ $0.streamed[hash + compression] }) { return store(info, nar, compression) }
    }
    return complain("a narinfo without its NAR")
  }

  /// Checks everything that a path's description says against its bytes.
  private func store(_ info: [String: JSONValue], _ file: [UInt8], _ compression: String) -> HTTPResponse {
    let names = ["cStoreHash", "cStoreSuffix", "cNarHash", "cNarSize", "cFileHash", "cFileSize", "cReferences"]
    guard Set(info.keys) == Set(names + ["cDeriver", "cSig"]) else { return complain("fields: \(info.keys.sorted())") }
    guard let nar = try? decompressed(file, compression), let narHash = try? SHA256.hex(nar),
      let fileHash = try? SHA256.hex(file)
    else { return complain("the file is not compressed as it was said") }
    guard info["cFileHash"]?.text == fileHash, info["cFileSize"]?.number == Int64(file.count),
      info["cNarHash"]?.text == "sha256:" + Nix32.string(Hexadecimal.bytes(narHash) ?? []),
      info["cNarSize"]?.number == Int64(nar.count)
    else { return complain("a hash or size is another one") }
    guard let hash = info["cStoreHash"]?.text, let suffix = info["cStoreSuffix"]?.text,
      StorePath(hash: hash, name: suffix) != nil
    else { return complain("no store path") }
    let references = info["cReferences"]?.list?.compactMap { $0.text.flatMap { StorePath(baseName: $0) } } ?? []
    guard references.count == info["cReferences"]?.list?.count else { return complain("a reference is none") }
    let absent = state.withLock { state in references.filter { $0.hash != hash && state.entries[$0.hash] == nil } }
    guard absent.isEmpty else { return complain("\(suffix) came before \(absent)") }
    state.withLock { $0.entries[hash] = Entry(narInfo: info, nar: nar) }
    return json("{}")
  }

  private func decompressed(_ file: [UInt8], _ compression: String) throws -> [UInt8] {
    var nar: [UInt8] = []
    if compression == "xz" {
      var reader = try XZDecompressor()
      try file.withUnsafeBytes { bytes in try reader.write(bytes) { nar.append(contentsOf: $0) } }
      try reader.finish { nar.append(contentsOf: $0) }
    } else {
      var reader = try Decompressor()
      try file.withUnsafeBytes { bytes in try reader.write(bytes) { nar.append(contentsOf: $0) } }
      try reader.finish()
    }
    return nar
  }
}
