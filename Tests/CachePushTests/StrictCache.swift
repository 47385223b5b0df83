import Compression
import Concurrency
import Crypto
import FoundationEssentials
import HTTPServer
import NixFormat
import Testing

/// A cache as the protocol's description has it, for what the client sends: everything is checked, and whatever is not
/// exactly right is noted as a complaint. Faults are answered in place of the real answers, in order.
final class StrictCache: Sendable {
  struct Entry: Sendable {
    var narInfo: [String: JSONValue]
    var nar: [UInt8]
  }

  struct Upload: Sendable {
    var compression: String
    var parts: [Int: (bytes: [UInt8], eTag: String)] = [:]
    var isOver = false
  }

  struct State: Sendable {
    var entries: [String: Entry] = [:]
    var uploads: [String: Upload] = [:]
    var streamed: [String: [UInt8]] = [:]
    var complaints: [String] = []
    var requests: [String] = []
    /// By the kind of request: what is answered instead, and how often.
    var faults: [String: [HTTPResponse]] = [:]
    var partsUnderWay = 0
    var mostPartsUnderWay = 0
    var next = 0
  }

  let state = Lock(State())
  let token = "a-token"
  /// What `GET /cache/{name}` says beside what is fixed.
  let preferred: String
  /// Knows the form without parts only.
  let isOlder: Bool
  let keys: [String]
  /// Up to how many bytes of a NAR it asks for whole files.
  let wholeFiles: Int?

  init(preferred: String = "ZSTD", isOlder: Bool = false, keys: [String] = [], wholeFiles: Int? = nil) {
    self.preferred = preferred
    self.isOlder = isOlder
    self.keys = keys
    self.wholeFiles = wholeFiles
  }

  func fail(_ kind: String, _ answers: HTTPResponse...) { state.withLock { $0.faults[kind, default: []] += answers } }
  var complaints: [String] { state.withLock { $0.complaints } }
  var entries: [String: Entry] { state.withLock { $0.entries } }
  func count(_ kind: String) -> Int { state.withLock { $0.requests.count { $0 == kind } } }

  /// Runs `body` with the address of the cache.
  func serve(_ body: (String) async throws -> Void) async throws {
    let server = try HTTPServer(configuration: HTTPServerConfiguration(stopGrace: .milliseconds(200))) { request in
      await self.answer(request)
    }
    let (host, port) = try server.start()
    let result: Result<Void, any Error>
    do { result = .success(try await body("http://\(host):\(port)/base/mine")) } catch { result = .failure(error) }
    await server.stop()
    try result.get()
  }

  func complain(_ sentence: String) -> HTTPResponse {
    state.withLock { $0.complaints.append(sentence) }
    return HTTPResponse(status: 400, content: .bytes(Array(#"{"error":"\#(sentence)"}"#.utf8)))
  }

  private func answer(_ request: HTTPRequest) async -> HTTPResponse {
    let body = (try? await request.body.collect(upTo: 100 << 20)) ?? []
    let kind = Self.kind(request)
    let fault = state.withLock { state -> HTTPResponse? in
      state.requests.append(kind)
      guard let first = state.faults[kind]?.first else { return nil }
      state.faults[kind]?.removeFirst()
      return first
    }
    if let fault { return fault }
    if kind == "put" { return await put(request, body) }
    guard request.headers["Authorization"] == "Bearer " + token else { return HTTPResponse(status: 401) }
    switch kind {
    case "cache": return describe()
    case "missing": return missing(request, body)
    case "begin": return begin(request, body)
    case "part": return part(request, body)
    case "complete": return complete(request, body)
    case "abort": return abort(request)
    case "nar": return takeNar(request, body)
    case "narinfo": return takeNarInfo(request, body)
    default: return complain("a request that there is not: \(request.method) \(request.target)")
    }
  }

  private static func kind(_ request: HTTPRequest) -> String {
    let path = request.pathSegments
    if request.method == "PUT", path.first == "upload" { return "put" }
    guard path.prefix(5) == ["base", "api", "v1", "cache", "mine"] else { return "?" }
    let rest = Array(path.dropFirst(5))
    switch (request.method, rest.count, rest.first ?? "") {
    case ("GET", 0, _): return "cache"
    case ("POST", 1, "narinfo"): return "missing"
    case ("POST", 1, "multipart-nar"): return "begin"
    case ("POST", 2, "multipart-nar"): return "part"
    case ("POST", 3, "multipart-nar"): return rest.last ?? "?"
    case ("POST", 1, "nar"): return "nar"
    case ("POST", 1, let name) where name.hasSuffix(".narinfo"): return "narinfo"
    default: return "?"
    }
  }

  private func describe() -> HTTPResponse {
    var response = json(
      """
      {"name":"mine","uri":"http://x/mine","isPublic":true,"publicSigningKeys":[\(keys.map { "\"\($0)\"" }.joined(separator: ","))],
      "githubUsername":"","permission":"Write","preferredCompressionMethod":"\(preferred)"}
      """)
    if let wholeFiles { response.headers.add("Wright-Whole-File", "\(wholeFiles)") }
    return response
  }

  func json(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, headers: ["Content-Type": "application/json"], content: .bytes(Array(text.utf8)))
  }

  private func missing(_ request: HTTPRequest, _ body: [UInt8]) -> HTTPResponse {
    guard request.headers["Content-Type"] == "application/json" else { return complain("JSON without its type") }
    guard let hashes = try? JSONDecoder().decode([String].self, from: Data(body)), hashes.count <= 32_768,
      hashes.allSatisfy({ $0.utf8.count == 32 && Nix32.isValid($0) })
    else { return complain("the hashes are none") }
    let missing = state.withLock { state in hashes.filter { state.entries[$0] == nil } }
    return json("[" + missing.map { "\"\($0)\"" }.joined(separator: ",") + "]")
  }
}

/// Any JSON, for looking into it.
enum JSONValue: Decodable, Sendable, Hashable {
  case text(String), number(Int64), list([JSONValue]), object([String: JSONValue]), null

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let number = try? value.decode(Int64.self) {
      self = .number(number)
    } else if let list = try? value.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  subscript(_ name: String) -> JSONValue? { if case .object(let fields) = self { fields[name] } else { nil } }
  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Int64? { if case .number(let number) = self { number } else { nil } }
  var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
}
