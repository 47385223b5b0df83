internal import Crypto
internal import HTTPClient

/// Files in a bucket, by S3's protocol, path style.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
struct S3Files: CacheFiles {
  let place: S3Place
  let requests: CacheRequests

  /// A client whose requests are signed by the place's keys.
  static func client(_ place: S3Place, kept: Int) -> HTTPClient {
    let signing = HTTPClient.Configuration.Signing(
      accessKey: place.accessKey, secret: place.secret, region: place.region, service: "s3")
    return HTTPClient(configuration: .init(keptConnections: kept, signing: signing))
  }

  /// What every request says. The signature does not cover the body: its MD5 does, and the transport.
  static func headers(_ place: S3Place) -> HTTPClientHeaders {
    var headers: HTTPClientHeaders = ["x-amz-content-sha256": "UNSIGNED-PAYLOAD"]
    if let token = place.sessionToken { headers.add("x-amz-security-token", token) }
    return headers
  }

  func has(_ name: String) async throws -> Bool {
    let answer = try await requests.send(
      "HEAD", place.url(name), "asking for \(name)", patience: .seconds(name == "nix-cache-info" ? 20 : 90))
    switch answer.status {
    case 200: return true
    // Who may not list the bucket is not told that something is missing.
    case 404, 403: return false
    default:
      try HTTPFiles.check(answer, "asking for \(name)")
      return true
    }
  }

  func put(_ name: String, _ bytes: [UInt8], md5: [UInt8]?, type: String) async throws {
    var headers: HTTPClientHeaders = ["Content-Type": type]
    if let md5 { headers.add("Content-MD5", Base64.string(md5)) }
    let answer = try await requests.send(
      "PUT", place.url(name), "uploading \(name)", headers: headers, body: .bytes(bytes))
    try HTTPFiles.check(answer, "uploading \(name)")
  }

  func put<Parts: AsyncSequence & Sendable>(_ name: String, parts: Parts, type: String) async throws
  where Parts.Element == NarPart {
    let what = "uploading \(name)"
    let begun = try await requests.send(
      "POST", place.url(name, query: "uploads="), what, headers: ["Content-Type": type])
    try HTTPFiles.check(begun, what)
    guard let id = S3Answer.text(of: "UploadId", in: begun.body), let upload = CachixUpload.escaped(id) else {
      throw PushError.denied("\(what): the answer names no upload")
    }
    do {
      let tags = try await sendParts(parts) { try await send($0, name, upload) }
      let body = Array(S3Answer.completion(tags).utf8)
      let done = try await requests.send(
        "POST", place.url(name, query: "uploadId=\(upload)"), what, headers: ["Content-Type": "application/xml"],
        body: .bytes(body))
      try HTTPFiles.check(done, what)
      // A success may turn into a failure after the status was sent.
      if let code = S3Answer.text(of: "Code", in: done.body) {
        throw TryAgain(reason: .unavailable("\(what): the cache answers with \(code)"))
      }
    } catch {
      let url = place.url(name, query: "uploadId=\(upload)")
      _ = await Task { [requests] in try? await requests.once("DELETE", url) }.value
      throw error
    }
  }

  private func send(_ part: NarPart, _ name: String, _ upload: String) async throws -> SentPart {
    let what = "uploading part \(part.number) of \(name)"
    let answer = try await requests.send(
      "PUT", place.url(name, query: "partNumber=\(part.number)&uploadId=\(upload)"), what,
      headers: ["Content-Type": "application/octet-stream", "Content-MD5": Base64.string(part.md5)],
      body: .bytes(part.bytes))
    try HTTPFiles.check(answer, what)
    guard let tag = answer.headers["ETag"] else { throw PushError.refused("\(what): stored without an ETag") }
    return SentPart(partNumber: part.number, eTag: tag)
  }
}
