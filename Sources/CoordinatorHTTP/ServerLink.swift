internal import Concurrency
internal import HTTPClient
internal import Lifecycle
internal import Queue

/// Requests to a server, and what its answers mean. Says once that the server does not answer, and once that it does
/// again.
final class ServerLink: Sendable {
  /// How long an answer may take.
  enum Patience {
    /// The server has all that it needs.
    case short
    /// The server waits for something.
    case poll
    /// Much is sent: as long as something moves.
    case transfer
  }

  private static let answerLimit = 64 << 20

  /// `http://127.0.0.1:8080`
  let server: String
  private let token: String
  private let process: String
  private let log: Logger
  private let short: HTTPClient
  private let polls: HTTPClient
  private let transfers: HTTPClient
  private let isAway = Lock(false)
  private let count = Lock<Int64>(0)

  init(server: String, token: String, process: String, log: Logger) {
    (self.server, self.token, self.process, self.log) = (server, token, process, log)
    short = HTTPClient(configuration: .init(timeout: .seconds(30)))
    polls = HTTPClient(configuration: .init(timeout: .seconds(AgentProtocol.longestWait + 15)))
    var transfers = HTTPClient.Configuration()
    // The server hashes what has come before it answers.
    transfers.stallTimeout = .seconds(120)
    self.transfers = HTTPClient(configuration: transfers)
  }

  /// How many requests were sent.
  var requests: Int64 { count.withLock { $0 } }

  /// Sends a message to a path below `/api/v1/agent` and returns the answer; nil for one without content.
  func ask<Answer: Decodable & Sendable>(
    _ path: String, _ message: some Encodable, fence: Int64? = nil, patience: Patience = .short,
    as type: Answer.Type = Answer.self
  ) async throws -> Answer? {
    let body = HTTPClientRequestBody.bytes(try AgentProtocol.encode(message))
    guard let answer = try await send("POST", path, body, "application/json", fence: fence, patience: patience) else {
      return nil
    }
    return try decode(type, answer)
  }

  /// Sends a message that needs no answer.
  func tell(_ path: String, _ message: some Encodable, fence: Int64) async throws {
    let body = HTTPClientRequestBody.bytes(try AgentProtocol.encode(message))
    _ = try await send("POST", path, body, "application/json", fence: fence)
  }

  /// Sends bytes and returns the answer.
  func send<Answer: Decodable & Sendable>(
    _ method: String, _ path: String, bytes: HTTPClientRequestBody, fence: Int64, patience: Patience = .short,
    as type: Answer.Type = Answer.self
  ) async throws -> Answer {
    let answer = try await send(method, path, bytes, "application/octet-stream", fence: fence, patience: patience)
    return try decode(type, answer ?? [])
  }

  private func send(
    _ method: String, _ path: String, _ body: HTTPClientRequestBody, _ type: String, fence: Int64?,
    patience: Patience = .short
  ) async throws -> [UInt8]? {
    var headers: HTTPClientHeaders = [
      "Authorization": "Bearer \(token)", "Content-Type": type, AgentProtocol.processField: process,
    ]
    if let fence { headers.add(AgentProtocol.fenceField, String(fence)) }
    count.withLock { $0 += 1 }
    let (status, answer): (Int, [UInt8])
    do {
      let response = try await client(patience).send(
        method: method, url: "\(server)/api/v1/agent/\(path)", headers: headers, body: body)
      (status, answer) = (response.status, try await response.body.collect(upTo: Self.answerLimit))
    } catch let error as HTTPClientError {
      // A file that changes while it is sent is not the server's fault.
      if error.kind == .invalidRequest || error.kind == .tooLarge { throw QueueError.invalid("\(error)") }
      throw away("\(error)")
    }
    switch status {
    case 204:
      isBack()
      return nil
    case 200..<300:
      isBack()
      return answer
    default: throw refusal(status, answer)
    }
  }

  private func client(_ patience: Patience) -> HTTPClient {
    switch patience {
    case .short: short
    case .poll: polls
    case .transfer: transfers
    }
  }

  private func decode<Answer: Decodable>(_ type: Answer.Type, _ bytes: [UInt8]) throws -> Answer {
    do { return try AgentProtocol.decode(type, from: bytes) } catch {
      throw away("\(server) answers what no Wright server does: \(AgentProtocol.explanation(error))")
    }
  }

  private func refusal(_ status: Int, _ answer: [UInt8]) -> any Error {
    let message = try? AgentProtocol.decode(QueueErrorMessage.self, from: answer)
    if status == 401 {
      return AgentRefused(
        "\(server) does not accept the token: give one of an agent that was not revoked "
          + "(`wright token create --kind agent`)")
    }
    if let message, message.type == QueueErrorMessage.versionType { return AgentRefused(message.detail) }
    if let error = message?.error {
      if case .unavailable = error { return away(error.description) }
      isBack()
      return error
    }
    let detail = message?.detail ?? "status \(status)"
    switch status {
    case 300..<400:
      return AgentRefused(
        "\(server) is not where the server is: it answers with a redirection; give the address it leads to")
    case 404, 405: return AgentRefused("\(server) takes no agents: \(detail)")
    // The upload is not where the agent believes it to be: it is announced again.
    case 412: return QueueError.unavailable(detail)
    case 408, 429, 500...: return away("\(server) answers: \(detail)")
    default: return QueueError.invalid(detail)
    }
  }

  private func away(_ reason: String) -> QueueError {
    let isNew = isAway.withLock { isAway in
      defer { isAway = true }
      return !isAway
    }
    if isNew {
      log.warning("server does not answer, trying again until it does", ["server": server, "reason": reason])
    }
    return .unavailable(reason)
  }

  private func isBack() {
    let wasAway = isAway.withLock { isAway in
      defer { isAway = false }
      return isAway
    }
    if wasAway { log.info("server answers again", ["server": server]) }
  }
}
