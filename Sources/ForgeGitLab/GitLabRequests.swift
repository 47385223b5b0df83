internal import Forge
internal import FoundationEssentials
internal import HTTPClient

/// An answer, read to its end.
struct GitLabAnswer: Sendable {
  var status: Int
  var headers: HTTPClientHeaders
  var body: [UInt8]
}

/// Requests to GitLab's API, made again where they failed for the moment only.
struct GitLabRequests: Sendable {
  /// The longest answer that is read, in bytes; 100 merge requests with long descriptions may have more than 1 MiB.
  private static let answerLimit = 64 << 20

  let client: GitLabClient
  let place: ForgePlace
  let pause: @Sendable (Duration) async throws -> Void

  private var base: String { "\(place.address.url)/api/v4" }

  /// Sends a request for `path` below the API's root until it has an answer that is not for the moment only. Throws
  /// `ForgeError` of kind `unavailable` or `unreachable` after five attempts.
  func send(_ method: String, _ path: String, body: [UInt8]? = nil) async throws -> GitLabAnswer {
    var plan = RetryPlan(
      limit: .seconds(300), requests: 5, first: .milliseconds(500), longestTold: .seconds(60))
    while true {
      let error: ForgeError
      var told: Duration?
      do {
        let answer = try await once(method, path, body: body)
        guard RetryPlan.isTemporary(answer.status) else { return answer }
        error = GitLabRefusal(answer).error(of: place)
        told = RetryPlan.told(answer.headers["Retry-After"])
      } catch let failure as HTTPClientError {
        error = Self.explain(failure, place)
        guard failure.kind == .unreachable || failure.kind == .timedOut || failure.kind == .broken else { throw error }
      }
      guard let wait = plan.next(told: told, random: .random(in: 0...1)) else {
        throw ForgeError(error.kind, "\(error); asked \(plan.failures) times, try again later")
      }
      try await pause(wait)
    }
  }

  private func once(_ method: String, _ path: String, body: [UInt8]?) async throws -> GitLabAnswer {
    var headers: HTTPClientHeaders = ["PRIVATE-TOKEN": place.token, "Accept": "application/json"]
    if body != nil { headers.add("Content-Type", "application/json") }
    let response = try await client.client.send(
      method: method, url: base + path, headers: headers, body: body.map { .bytes($0) } ?? .none)
    return GitLabAnswer(
      status: response.status, headers: response.headers,
      body: try await response.body.collect(upTo: Self.answerLimit))
  }

  /// The path below the API's root that an address of GitLab's own means; nil for one that leads elsewhere: the token is
  /// for nobody else.
  func path(_ address: String) -> String? {
    let root = address.hasPrefix("/") ? "\(place.address.folder)/api/v4" : base
    guard address.hasPrefix("\(root)/") else { return nil }
    return String(address.dropFirst(root.count))
  }

  /// Reads an answer's JSON.
  func decode<Value: Decodable>(_ type: Value.Type, _ answer: GitLabAnswer) throws(ForgeError) -> Value {
    do { return try JSONDecoder().decode(type, from: Data(answer.body)) } catch {
      throw ForgeError(
        .unexpected,
        "\(place.address.host) answers with what GitLab's API does not (status \(answer.status)); check "
          + "repository_provider")
    }
  }

  private static func explain(_ failure: HTTPClientError, _ place: ForgePlace) -> ForgeError {
    let host = place.address.host
    switch failure.kind {
    case .untrusted:
      return ForgeError(
        .unreachable,
        "the certificate of \(host) is not trusted (\(failure.reason)); give its authority's certificate as ca_file")
    case .invalidRequest:
      return ForgeError(.rejected, "\(failure); check repository_project_id and gitlab_ci_token")
    case .tooLarge: return ForgeError(.unexpected, "\(failure); check repository_provider")
    case .unreachable, .timedOut, .broken:
      return ForgeError(.unreachable, "\(failure); check repository_provider, \(host), and the network")
    }
  }
}
