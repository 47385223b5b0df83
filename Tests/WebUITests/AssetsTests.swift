import Compression
import HTTPServer
import Routing
import Testing

@testable import WebUI

struct AssetsTests {
  private let assets = Assets()

  private func get(_ path: [String], headers: HTTPHeaders = [:]) async -> HTTPResponse {
    let router = Router(routes: assets.routes) { _ in nil }
    return await router.respond(
      to: HTTPRequest(method: "GET", target: "/", pathSegments: ["assets"] + path, headers: headers))
  }

  @Test func `every file that a page names is embedded`() {
    for name in ["mark.svg", "theme.js", "tokens.css", "base.css", "pages.css", "log.css", "app.js"] {
      #expect((assets.files[name]?.bytes.count ?? 0) > 100, "\(name)")
    }
  }

  @Test func `every module that a script imports is embedded`() {
    for (name, file) in assets.files where name.hasSuffix(".js") {
      let text = String(decoding: file.bytes, as: UTF8.self)
      for part in text.split(separator: "\"./").dropFirst() {
        let module = String(part.prefix { $0 != "\"" })
        #expect(assets.files[module] != nil, "\(name) imports \(module)")
      }
    }
  }

  @Test func `a file is kept for ever under its present address, and asked for again under another`() async {
    let current = await get([assets.revision, "app.js"])
    #expect(current.status == 200)
    #expect(current.headers["Cache-Control"] == "public, max-age=31536000, immutable")
    #expect(current.headers["Content-Type"] == "text/javascript; charset=utf-8")
    let old = await get(["0000", "app.js"])
    #expect(old.status == 200)
    #expect(old.headers["Cache-Control"] == "no-cache")
    let tag = current.headers["ETag"] ?? ""
    #expect(tag.hasPrefix("\"") && tag.count > 10)
    #expect(await get([assets.revision, "app.js"], headers: ["If-None-Match": tag]).status == 304)
  }

  @Test(arguments: [
    ("zstd", true), ("gzip, deflate, br, ZSTD", true), ("zstd;q=0.5, gzip", true), ("gzip, zstd; q=0", false),
    ("gzip", false), ("", false), ("*", false), ("zstd;q=0.000", false),
  ])
  func `who takes it gets a file compressed`(accepted: String, isCompressed: Bool) async throws {
    let plain = await get([assets.revision, "base.css"])
    let answer = await get([assets.revision, "base.css"], headers: ["Accept-Encoding": accepted])
    #expect(answer.headers["Vary"] == "Accept-Encoding" && plain.headers["Vary"] == "Accept-Encoding")
    #expect(answer.headers["Content-Encoding"] == (isCompressed ? "zstd" : nil))
    #expect((answer.headers["ETag"] == plain.headers["ETag"]) == !isCompressed)
    guard case .bytes(let bytes) = answer.content, let file = assets.files["base.css"] else {
      Issue.record("no bytes")
      return
    }
    if !isCompressed { return #expect(bytes == file.bytes) }
    #expect(bytes.count < file.bytes.count / 2)
    var whole: [UInt8] = []
    var decompressor = try Decompressor()
    try bytes.withUnsafeBytes { try decompressor.write($0) { whole += $0 } }
    try decompressor.finish()
    #expect(whole == file.bytes)
    let again: HTTPHeaders = ["Accept-Encoding": accepted, "If-None-Match": answer.headers["ETag"] ?? ""]
    #expect(await get([assets.revision, "base.css"], headers: again).status == 304)
  }

  @Test(arguments: ["", "x.js", "../app.js"]) func `there is no other file`(_ name: String) async {
    #expect(await get([assets.revision, name]).status == 404)
  }
}
