internal import Crypto
internal import HTTPClient

/// Files on a server that takes them by `PUT`.
struct HTTPFiles: CacheFiles {
  let base: String
  let requests: CacheRequests

  func has(_ name: String) async throws -> Bool {
    let what = "asking for \(name)"
    let answer = try await requests.send("HEAD", "\(base)/\(name)", what, patience: patience(name))
    switch answer.status {
    case 200: return true
    case 404: return false
    default:
      try Self.check(answer, what)
      return true
    }
  }

  func put(_ name: String, _ bytes: [UInt8], md5: [UInt8]?, type: String) async throws {
    let answer = try await requests.send(
      "PUT", "\(base)/\(name)", "uploading \(name)", headers: ["Content-Type": type], body: .bytes(bytes))
    try Self.check(answer, "uploading \(name)")
  }

  func put<Parts: AsyncSequence & Sendable>(_ name: String, parts: Parts, type: String) async throws
  where Parts.Element == NarPart {
    let answer = try await requests.stream(
      "PUT", "\(base)/\(name)", "uploading \(name)", parts: parts, headers: ["Content-Type": type])
    try Self.check(answer, "uploading \(name)")
  }

  /// A server that is not there at the beginning is not waited for as long as one that goes away.
  private func patience(_ name: String) -> Duration { .seconds(name == "nix-cache-info" ? 20 : 90) }

  static func check(_ answer: CacheRequests.Answer, _ what: String) throws(PushError) {
    switch answer.status {
    case 200...299: return
    case 401, 403: throw .denied("\(what): the cache does not let us in (\(answer.sentence))")
    case 404, 405, 409, 501:
      throw .denied("\(what): the server does not take files by PUT there (\(answer.sentence))")
    default: throw .refused("\(what): the cache answers with \(answer.sentence)")
    }
  }
}
