internal import HTTPClient

/// Requests to a cache, made again where they failed for the moment only.
struct CacheRequests: Sendable {
  /// The longest answer that is read, in bytes; a list of 10,000 missing paths is 350 KB.
  private static let answerLimit = 16 << 20

  /// An answer, read to its end.
  struct Answer: Sendable {
    var status: Int
    var headers: HTTPClientHeaders
    var body: [UInt8]

    /// What the server says about it, one line for people.
    var sentence: String {
      let words = String(decoding: body.prefix(400), as: UTF8.self).split { $0.isWhitespace || $0.isNewline }
      let text = words.joined(separator: " ").unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }
      let isPage = words.first?.hasPrefix("<") ?? true
      return isPage ? "status \(status)" : "status \(status): \(String(String.UnicodeScalarView(text)))"
    }
  }

  var client: HTTPClient
  /// Added to every request but those that say no.
  var headers: HTTPClientHeaders
  /// How it waits; tests do not.
  var pause: @Sendable (Duration) async throws -> Void
  var log: @Sendable (String) -> Void

  /// Sends a request until it has an answer that is not for the moment only. `what` says in words what it is for. Throws
  /// `PushError.unavailable` after `patience`, `PushError.denied` where no connection can be trusted.
  func send(
    _ method: String, _ url: String, _ what: String, headers: HTTPClientHeaders = [:],
    body: HTTPClientRequestBody = .none, isAuthorized: Bool = true, patience: Duration = .seconds(90)
  ) async throws -> Answer {
    var plan = RetryPlan(limit: patience)
    while true {
      let reason: String
      var told: Duration?
      do {
        let answer = try await once(method, url, headers: headers, body: body, isAuthorized: isAuthorized)
        guard RetryPlan.isTemporary(answer.status) else { return answer }
        reason = "the cache answers with \(answer.sentence)"
        told = RetryPlan.told(answer.headers["Retry-After"])
      } catch let error as HTTPClientError {
        guard error.kind != .untrusted, error.kind != .invalidRequest, error.kind != .tooLarge else {
          throw PushError.denied("\(what): \(error)")
        }
        reason = "\(error)"
      }
      guard let wait = plan.next(told: told, random: .random(in: 0...1)) else {
        throw PushError.unavailable("\(what): \(reason); tried for \(plan.waited.components.seconds) s")
      }
      log("\(what): \(reason); trying again")
      try await pause(wait)
    }
  }

  /// Sends a request once and reads its answer. Throws what the client throws.
  func once(
    _ method: String, _ url: String, headers: HTTPClientHeaders = [:], body: HTTPClientRequestBody = .none,
    isAuthorized: Bool = true
  ) async throws -> Answer {
    let all = HTTPClientHeaders((isAuthorized ? self.headers.fields : []) + headers.fields)
    let response = try await client.send(method: method, url: url, headers: all, body: body)
    return Answer(
      status: response.status, headers: response.headers,
      body: try await response.body.collect(upTo: Self.answerLimit))
  }
}
