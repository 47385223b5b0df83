internal import Concurrency
internal import HTTPServer
internal import Model
internal import Queue
internal import Routing

/// Where forges tell of pushes. Anybody may call; what counts is that the sender knows the repository's secret.
struct HookRoutes {
  let dependencies: APIDependencies

  var routes: [Route] {
    [
      Route(
        "POST", "/api/v1/hooks/{id}", access: .open,
        documentation: .init(
          "Takes a forge's message about a registered repository, and checks the repository where it tells of a push",
          tag: "Repositories",
          responses: [
            RouteAnswer(200, "A ping, or nothing that a check is needed for", "application/json", nil),
            RouteAnswer(202, "The repository is checked", "application/json", nil),
            .problem(401, "The message is not signed with the repository's secret, or there is no such repository"),
            .problem(413, "The message is too large"),
          ]), receive)
    ]
  }

  /// The body is hashed as it comes and not kept: all that a message is needed for is that it came.
  @Sendable private func receive(_ request: RouteRequest) async throws -> HTTPResponse {
    guard let webhooks = dependencies.webhooks else { throw Self.refusal }
    // What cannot name a repository is refused as one that is not there.
    let id = (try? request.identifier("repository", as: RepositoryID.self)) ?? RepositoryID(rawValue: 0)
    let (headers, body) = (
      request.http.headers, LimitedBody(request.http.body, limit: dependencies.limits.webhookBytes)
    )
    let answer = try await webhooks.receive(WebhookMessage(header: { headers[$0] }, body: body.next), for: id)
    switch answer {
    case .refused: throw Self.refusal
    case .ping: return Self.result("ping", 200)
    case .ignored: return Self.result("ignored", 200)
    case .checked: return Self.result("checked", 202)
    }
  }

  private static let refusal = Problem(
    401,
    "the message is not signed with the repository's secret; put the secret from the repository's page into the "
      + "forge's webhook")

  private static func result(_ text: String, _ status: Int) -> HTTPResponse {
    .json(status: status) { writer in
      writer.beginObject()
      writer.field("result", text)
      writer.endObject()
    }
  }
}

/// A request's body that ends in an error past a number of bytes.
private final class LimitedBody: Sendable {
  private let body: HTTPBody
  private let limit: Int
  private let taken = Lock(0)

  init(_ body: HTTPBody, limit: Int) {
    self.body = body
    self.limit = limit
  }

  @Sendable func next() async throws -> [UInt8]? {
    guard let bytes = try await body.next() else { return nil }
    let total = taken.withLock { taken in
      taken += bytes.count
      return taken
    }
    guard total <= limit else { throw HTTPBodyError.tooLarge(limit: limit) }
    return bytes
  }
}
