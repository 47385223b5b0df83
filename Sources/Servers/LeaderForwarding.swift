internal import Concurrency
internal import HTTPClient
public import HTTPServer
public import Lifecycle
public import Routing
internal import Store

/// Hands requests on to the server that leads, and their answers back: streaming in both directions, with the caller's own
/// credentials. While nobody leads, what was not sent is held. Safe from any task.
public final class LeaderForwarding: Sendable {
  /// What came of one attempt.
  private enum Attempt {
    case answer(HTTPResponse)
    /// Nothing was done; another attempt may be made.
    case unsent(String)
  }

  private let leadership: Leadership
  private let client: HTTPClient
  private let patience: Duration
  private let log: Logger
  /// Between two attempts while nothing else is known of who leads.
  private static let pause: Duration = .milliseconds(200)
  /// An answer of at most so many bytes is read before it is handed back.
  private static let wholeLimit: Int64 = 128 << 10

  /// Requests are held for `patience` while nobody leads.
  public init(
    _ leadership: Leadership, patience: Duration = .seconds(15), authorities: String? = nil, log: Logger = .none
  ) {
    self.leadership = leadership
    self.patience = patience
    self.log = log
    client = HTTPClient(
      configuration: HTTPClient.Configuration(
        connectTimeout: .seconds(3), authorities: authorities, keptConnections: 64))
  }

  /// For the router.
  public var elsewhere: Elsewhere {
    Elsewhere(
      answer: { try await self.answer(&$0) },
      needsLeader: { ($0 as? DatabaseError)?.code == .following })
  }

  /// The leader's answer to a request; nil where this server leads, perhaps only since the leader was asked in vain: then
  /// what was read of the body is in it again.
  public func answer(_ request: inout HTTPRequest) async throws -> HTTPResponse? {
    if leadership.isLeading { return nil }
    let wasForwarded = request.headers[ForwardedHeaders.by] != nil
    let (body, end) = (RequestBody(request), ContinuousClock.now + patience)
    var reason = "no server leads at present"
    while true {
      let view = leadership.now
      if view.role == .leading {
        request.body = body.restored
        return nil
      }
      if wasForwarded {
        throw Problem(
          503, "this server does not lead; try again in a moment",
          headers: ["Retry-After": "1", ForwardedHeaders.notLeading: "1"])
      }
      if view.role == .following, let leader = view.leader, leader.id != leadership.id, !leader.address.isEmpty {
        switch try await attempt(request, body, leader.address) {
        case .answer(let response): return response
        case .unsent(let why): reason = why
        }
      }
      guard ContinuousClock.now < end, !Task.isCancelled else { throw unavailable(reason) }
      await leadership.change(from: view, within: Self.pause)
    }
  }

  private func unavailable(_ reason: String) -> Problem {
    log.warning("request not handed on", ["reason": reason])
    return Problem(
      503, "the server that leads does not answer, and no other has taken its place yet; try again in a moment",
      headers: ["Retry-After": "2"])
  }

  private func attempt(_ request: HTTPRequest, _ body: RequestBody, _ address: String) async throws -> Attempt {
    let headers = ForwardedHeaders.request(request, by: leadership.id)
    do {
      if request.headers["Upgrade"] != nil, request.method == "GET" {
        return .answer(try await WebSocketRelay.answer(to: request, headers, at: address))
      }
      let response = try await body.sent { [client] body in
        try await client.send(method: request.method, url: address + request.target, headers: headers, body: body)
      }
      if response.status == 503, response.headers[ForwardedHeaders.notLeading] != nil, !body.isSpent {
        return .unsent("the server at \(address) does not lead any more")
      }
      return .answer(try await answer(response, to: request))
    } catch let error as WebSocketRelay.NoHandshake {
      return .unsent("\(error)")
    } catch let error as HTTPClientError {
      // A question may be asked once more.
      if error.kind == .unreachable || request.isSafe, !body.isSpent { return .unsent("\(error)") }
      throw Problem(
        502,
        "the server that leads went away before it answered: look whether the request took effect before sending "
          + "it again")
    }
  }

  private func answer(_ response: HTTPClientResponse, to request: HTTPRequest) async throws -> HTTPResponse {
    let length = response.headers["Content-Length"].flatMap { Int64($0) }
    let headers = ForwardedHeaders.answer(response.headers.fields)
    let content: HTTPContent
    if request.method == "HEAD" {
      // Without the body, but with its length.
      content = length.map { .sizedStream(count: $0) { _ in } } ?? .none
    } else if response.status == 204 || response.status == 304 {
      content = .none
    } else if let length, length <= Self.wholeLimit {
      content = .bytes(try await response.body.collect(upTo: Int(length)))
    } else {
      let write: @Sendable (HTTPBodyWriter) async throws -> Void = { writer in
        for try await bytes in response.body { try await writer.write(bytes) }
      }
      content = length.map { .sizedStream(count: $0, write) } ?? .stream(write)
    }
    return HTTPResponse(status: response.status, headers: headers, content: content)
  }
}
