internal import Crypto
internal import FoundationEssentials
internal import HTTPClient

/// An upload in parts that a cache with Cachix's API has begun.
struct CachixUpload: Sendable {
  typealias Part = SentPart

  let client: CachixClient
  /// As they are in a URL.
  let narId: String
  let uploadId: String
  /// The path's name, for messages.
  let name: String

  /// Where something is done with the upload.
  func url(_ action: String, query: String = "") -> String {
    "\(client.url)/multipart-nar/\(narId)\(action)?uploadId=\(uploadId)\(query)"
  }

  /// Sends the parts as they come. Returns them in order.
  func sendAll(_ nar: NarStream) async throws -> [Part] {
    try await sendParts(nar.parts, send)
  }

  private struct Place: Decodable { var uploadUrl: String }

  @Sendable private func send(_ part: NarPart) async throws -> Part {
    let what = "uploading part \(part.number) of \(name)"
    let md5 = Base64.string(part.md5)
    let answer = try await client.requests.send(
      "POST", url("", query: "&partNumber=\(part.number)"), what, headers: CachixClient.json,
      body: .bytes(Array(try JSONEncoder().encode(["contentMD5": md5]))))
    if answer.status == 404 { throw TryAgain(reason: .refused("\(what): \(answer.sentence)")) }
    try client.check(answer, what)
    guard let place = try? JSONDecoder().decode(Place.self, from: Data(answer.body)) else {
      throw PushError.denied("\(what): the answer does not say where to")
    }
    // Whoever stores it is told by the URL alone that we may: no token.
    let stored = try await client.requests.send(
      "PUT", place.uploadUrl, what, headers: ["Content-Type": "application/octet-stream", "Content-MD5": md5],
      body: .bytes(part.bytes), isAuthorized: false)
    guard (200...299).contains(stored.status) else {
      // The URL may have expired while the server had its failures.
      throw TryAgain(reason: .refused("\(what): the cache answers with \(stored.sentence)"))
    }
    guard let eTag = stored.headers["ETag"] else {
      throw PushError.refused("\(what): the cache stored it without an ETag, which completing it needs")
    }
    return Part(partNumber: part.number, eTag: eTag)
  }

  /// Tells the cache that nothing more will come, also where the task was cancelled. Whether it hears it does not
  /// matter: it forgets uploads that are not completed.
  func abort() async {
    let (requests, url) = (client.requests, url("/abort"))
    _ = await Task { try? await requests.once("POST", url) }.value
  }

  /// A name as a part of a URL; nil for an empty one.
  static func escaped(_ text: String) -> String? {
    text.isEmpty ? nil : URLText.escaped(text)
  }
}
