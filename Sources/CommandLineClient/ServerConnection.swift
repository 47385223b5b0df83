internal import FoundationEssentials
internal import HTTPClient

/// Requests to the server's API. Whatever is not an answer of the kind that was hoped for becomes a `CommandFailure`
/// with a sentence that says what to do.
struct ServerConnection: Sendable {
  /// The largest answer that is read whole; a page of 200 builds is far below.
  static let answerLimit = 256 << 20

  let address: ServerAddress
  private let client: HTTPClient

  /// To the server that the flag `--server`, `WRIGHT_SERVER`, or the default names.
  init(_ invocation: Invocation, _ console: Console) throws(CommandFailure) {
    var environment = console.environment
    if let server = invocation.value("server") { environment["WRIGHT_SERVER"] = server }
    address = try ServerAddress(environment: environment)
    client = HTTPClient()
  }

  /// Sends a request to `path` (below `/api/v1`, or an absolute path of the server that begins with `/api/`) and
  /// returns the answer, whatever its status.
  func send(
    _ method: String, _ path: String, headers: HTTPClientHeaders = [:], body: [UInt8]? = nil
  ) async throws -> HTTPClientResponse {
    var headers = headers
    if let token = address.token { headers.add("Authorization", "Bearer \(token)") }
    if body != nil && headers["Content-Type"] == nil { headers.add("Content-Type", "application/json") }
    let url = address.base + (path.hasPrefix("/api/") ? path : "/api/v1" + path)
    do {
      return try await client.send(
        method: method, url: url, headers: headers, body: body.map { .bytes($0) } ?? .none)
    } catch let error as HTTPClientError {
      throw failure(error)
    }
  }

  /// Reads from where the server leads to. Nothing of ours goes along.
  func send(elsewhere url: String, headers: HTTPClientHeaders) async throws -> HTTPClientResponse {
    do { return try await client.send(url: url, headers: headers) } catch let error as HTTPClientError {
      throw TransferFailure("\(error)")
    }
  }

  /// As `send`; an answer that is not a success is thrown.
  func request(
    _ method: String, _ path: String, headers: HTTPClientHeaders = [:], body: [UInt8]? = nil
  ) async throws -> HTTPClientResponse {
    let response = try await send(method, path, headers: headers, body: body)
    guard (200..<300).contains(response.status) else { throw await refusal(response) }
    return response
  }

  /// The whole body of a successful answer.
  func bytes(_ method: String, _ path: String, body: [UInt8]? = nil) async throws -> [UInt8] {
    try await collect(try await request(method, path, body: body))
  }

  /// The whole body of an answer.
  func collect(_ response: HTTPClientResponse) async throws -> [UInt8] {
    do {
      return try await response.body.collect(upTo: Self.answerLimit)
    } catch let error as HTTPClientError {
      throw failure(error)
    }
  }

  /// JSON as a value.
  func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(CommandFailure) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw CommandFailure("the answer of \(address.base) makes no sense; is it a Wright server of this version?")
    }
  }

  /// What an unsuccessful answer means.
  func refusal(_ response: HTTPClientResponse) async -> any Error {
    let body = (try? await response.body.collect(upTo: 1 << 20)) ?? []
    let problem = try? JSONDecoder().decode(ProblemDocument.self, from: Data(body))
    if response.status == 401 { return CommandFailure(address.signInAdvice) }
    if response.status == 422, let errors = problem?.errors, !errors.isEmpty {
      return RefusedBody(errors: errors)
    }
    let sentence = problem?.detail ?? problem?.title ?? "the server answered with status \(response.status)"
    return CommandFailure(BuildRenderer.safe(sentence))
  }

  /// What a failed transfer means.
  func failure(_ error: HTTPClientError) -> TransferFailure {
    switch error.kind {
    case .unreachable:
      TransferFailure(
        "cannot reach \(address.base): is `wright serve` running there? WRIGHT_SERVER names the server (\(error.reason))"
      )
    default: TransferFailure("\(error)")
    }
  }
}

/// A request that got no answer, or not the whole of it. Where it only reads, it may be made again.
struct TransferFailure: Error, Sendable, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// A request body that the server refused, part by part.
struct RefusedBody: Error, Sendable, CustomStringConvertible {
  var errors: [ProblemDocument.Field]

  /// All of it on one line.
  var description: String {
    errors.map { BuildRenderer.safe(($0.pointer.map { $0 + ": " } ?? "") + $0.detail) }.joined(separator: "; ")
  }
}
