import Concurrency
import Forge
import HTTPServer

@testable import ForgeGitLab

/// Answers in the order in which it was told to, and keeps what it was asked and how long the client has waited.
final class ScriptedGitLab: Sendable {
  struct Answer: Sendable {
    var status: Int
    var body = ""
    var headers: [(String, String)] = []
  }

  private let answers: Lock<[Answer]>
  private let seen = Lock<[String]>([])
  private let waits = Lock<[Duration]>([])

  init(_ answers: [Answer]) { self.answers = Lock(answers) }

  /// Method, path and query, token, body; one text for each request. `{base}` in a header's value is this server.
  var requests: [String] { seen.withLock { $0 } }
  var waited: [Duration] { waits.withLock { $0 } }

  /// Runs `body` with the project 42 of this server.
  func serve<Result>(
    token: String = "glpat-secret", _ body: (any Forge) async throws -> Result
  ) async throws -> Result {
    let server = try HTTPServer(configuration: HTTPServerConfiguration(stopGrace: .milliseconds(200))) { request in
      let text = String(decoding: (try? await request.body.collect(upTo: 4 << 20)) ?? [], as: UTF8.self)
      let token = request.headers["PRIVATE-TOKEN"] ?? ""
      self.seen.withLock { $0.append("\(request.method) \(request.target) \(token) \(text)") }
      let answer = self.answers.withLock { $0.isEmpty ? Answer(status: 418) : $0.removeFirst() }
      let base = "http://\(request.headers["Host"] ?? "")"
      let headers = answer.headers.map { (name: $0.0, value: $0.1.replacing("{base}", with: base)) }
      return HTTPResponse(
        status: answer.status, headers: HTTPHeaders(headers), content: .bytes(Array(answer.body.utf8)))
    }
    let (host, port) = try server.start()
    let place = ForgePlace(
      address: try ForgeAddress(provider: "http://\(host):\(port)", insecureHosts: ["\(host):\(port)"]), project: "42",
      path: "a/b", token: token)
    let forge = try GitLabForges { wait in self.waits.withLock { $0.append(wait) } }.forge(place)
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(forge)) } catch { result = .failure(error) }
    await server.stop()
    return try result.get()
  }
}
