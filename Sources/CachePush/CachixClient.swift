internal import Concurrency
internal import Crypto
internal import FoundationEssentials
internal import HTTPClient
internal import NixFormat

/// A cache with Cachix's API. It accepts 200 alone as success, as Cachix's own client does.
final class CachixClient: CacheClient {
  /// How many missing paths are asked for at once.
  private static let hashesAtOnce = 10_000
  /// How JSON is sent.
  static let json: HTTPClientHeaders = ["Content-Type": "application/json"]

  let requests: CacheRequests
  /// `<base>/api/v1/cache/<name>`
  let url: String
  private let target: PushTarget
  private let key: PushSigningKey?
  private let learnt = Lock(Learnt())

  init(target: PushTarget, base: String, name: String, key: PushSigningKey?, requests: CacheRequests) {
    self.target = target
    self.key = key
    self.requests = requests
    url = "\(base)/api/v1/cache/\(name)"
  }

  /// What the cache's answers have shown.
  private struct Learnt {
    var compression = NarInfo.Compression.zstd
    /// It knows the older form only.
    var isOlder = false
    /// Up to how many bytes of a NAR its file is sent in one piece, as the cache asks for it.
    var wholeFileLimit: Int64 = 0
  }

  /// `compression=zst`
  var compressionQuery: String {
    "compression=" + learnt.withLock { $0.compression == .xz ? "xz" : "zst" }
  }

  private struct Description: Decodable {
    var preferredCompressionMethod: String?
    var publicSigningKeys: [String]?
  }

  func open() async throws -> NarInfo.Compression {
    let what = "asking for the cache \(target)"
    let answer = try await requests.send("GET", url, what, patience: .seconds(20))
    try check(answer, what)
    guard let description = try? JSONDecoder().decode(Description.self, from: Data(answer.body)) else {
      throw PushError.denied("\(what): what is there does not answer as a cache; is the address right?")
    }
    warnAboutKey(description.publicSigningKeys ?? [])
    // Caches that do not say what they prefer are older than zstd.
    let preferred = description.preferredCompressionMethod == "ZSTD" ? NarInfo.Compression.zstd : .xz
    // The protocol has no word for no compression.
    let compression = target.compression.flatMap { $0 == .none ? nil : $0 } ?? preferred
    let limit = answer.headers["Wright-Whole-File"].flatMap { Int64($0) } ?? 0
    learnt.withLock { ($0.compression, $0.wholeFileLimit) = (compression, limit) }
    return compression
  }

  private func warnAboutKey(_ known: [String]) {
    guard let key else { return }
    let ours = Base64.string(key.key.publicKey.bytes)
    if !known.contains(where: { $0.hasSuffix(":" + ours) || $0 == ours }) {
      requests.log("the cache \(target) does not list the public key of the signing key: \(ours)")
    }
  }

  func missing(_ paths: [StorePath]) async throws -> Set<StorePath> {
    var missing: Set<StorePath> = []
    for start in stride(from: 0, to: paths.count, by: Self.hashesAtOnce) {
      let some = paths[start..<min(start + Self.hashesAtOnce, paths.count)]
      let body = Array(try JSONEncoder().encode(some.map(\.hash)))
      let what = "asking which paths \(target) does not have"
      let answer = try await requests.send("POST", url + "/narinfo", what, headers: Self.json, body: .bytes(body))
      try check(answer, what)
      guard let hashes = try? JSONDecoder().decode(Set<String>.self, from: Data(answer.body)) else {
        throw PushError.denied("\(what): the answer is not a list")
      }
      missing.formUnion(some.filter { hashes.contains($0.hash) })
    }
    return missing
  }

  func push(_ info: StorePathInfo, _ nar: NarStream, commit: @Sendable () async throws -> Void) async throws -> Int64 {
    if learnt.withLock({ $0.isOlder || info.narSize <= $0.wholeFileLimit }) {
      return try await pushOlder(info, nar, commit: commit)
    }
    guard let upload = try await begin(info) else {
      learnt.withLock { $0.isOlder = true }
      requests.log("the cache \(target) does not take uploads in parts; using the older form")
      return try await pushOlder(info, nar, commit: commit)
    }
    do {
      let parts = try await upload.sendAll(nar)
      let digest = try nar.digest()
      try await commit()
      try await complete(upload, parts, info, digest)
      return digest.fileSize
    } catch {
      await upload.abort()
      throw error
    }
  }

  private struct Created: Decodable { var narId: String, uploadId: String }

  /// Nil where the cache knows no uploads in parts.
  private func begin(_ info: StorePathInfo) async throws -> CachixUpload? {
    let what = "beginning the upload of \(info.path.name)"
    let answer = try await requests.send("POST", "\(url)/multipart-nar?\(compressionQuery)", what)
    if answer.status == 404 || answer.status == 405 { return nil }
    try check(answer, what)
    guard let created = try? JSONDecoder().decode(Created.self, from: Data(answer.body)),
      let narId = CachixUpload.escaped(created.narId), let uploadId = CachixUpload.escaped(created.uploadId)
    else { throw PushError.denied("\(what): the answer names no upload") }
    return CachixUpload(client: self, narId: narId, uploadId: uploadId, name: info.path.name)
  }

  private struct Completion: Encodable {
    var parts: [CachixUpload.Part]
    var narInfoCreate: CachixNarInfo
  }

  private func complete(
    _ upload: CachixUpload, _ parts: [CachixUpload.Part], _ info: StorePathInfo, _ digest: NarDigest
  ) async throws {
    let what = "completing the upload of \(info.path.name)"
    let body = Completion(parts: parts, narInfoCreate: narInfo(info, digest))
    let answer = try await requests.send(
      "POST", upload.url("/complete"), what, headers: Self.json, body: .bytes(Array(try JSONEncoder().encode(body))))
    // The upload is gone: it expired, or the cache was begun anew.
    if answer.status == 404 { throw TryAgain(reason: .refused("\(what): \(answer.sentence)")) }
    try checkCompletion(answer, what)
  }

  func checkCompletion(_ answer: CacheRequests.Answer, _ what: String) throws {
    do { try check(answer, what) } catch let error {
      // The cache may have lost what was sent; once more shows whether it is the path itself that it does not want.
      if case .refused = error { throw TryAgain(reason: error, attempts: 2) }
      throw error
    }
  }

  func narInfo(_ info: StorePathInfo, _ digest: NarDigest) -> CachixNarInfo {
    CachixNarInfo(info, digest, signature: key?.signature(of: info))
  }

  func check(_ answer: CacheRequests.Answer, _ what: String) throws(PushError) {
    switch answer.status {
    case 200: return
    case 401, 403:
      throw .denied("\(what): the cache does not accept the token, or it may not push (\(answer.sentence))")
    case 404: throw .denied("\(what): there is no such cache, or this token may not see it (\(answer.sentence))")
    default: throw .refused("\(what): the cache answers with \(answer.sentence)")
    }
  }
}
