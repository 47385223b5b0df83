internal import FoundationEssentials
internal import HTTPClient
internal import NixFormat

/// The form of the protocol before uploads in parts: the NAR as one request, then its narinfo, which names it by its
/// hash. Small NARs take it too, where the cache asks for that.
extension CachixClient {
  func pushOlder(
    _ info: StorePathInfo, _ nar: NarStream, commit: @Sendable () async throws -> Void
  ) async throws -> Int64 {
    var what = "uploading \(info.path.name)"
    let answer = try await requests.stream(
      "POST", "\(url)/nar?\(compressionQuery)", what, parts: nar.parts,
      headers: ["Content-Type": "application/octet-stream"])
    try check(answer, what)
    let digest = try nar.digest()
    try await commit()
    what = "completing the upload of \(info.path.name)"
    let completed = try await requests.send(
      "POST", "\(url)/\(info.path.hash).narinfo", what, headers: Self.json,
      body: .bytes(Array(try JSONEncoder().encode(narInfo(info, digest)))))
    try checkCompletion(completed, what)
    return digest.fileSize
  }
}
