import Concurrency
import HTTPServer

@testable import ObjectStorage

/// A bucket that answers what it is told, one answer for each request, the last one for all that follow.
final class FlakyServer: Sendable {
  private struct State {
    var answers: [HTTPResponse]
    var requests: [String] = []
  }
  private let state: Lock<State>
  private let server: HTTPServer
  let address: BucketAddress

  init(_ answers: [HTTPResponse]) throws {
    let state = Lock(State(answers: answers))
    self.state = state
    server = try HTTPServer(configuration: HTTPServerConfiguration(host: "127.0.0.1", port: 0)) { request in
      state.withLock { state in
        state.requests.append("\(request.method) \(request.headers["Range"] ?? "")")
        return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
      }
    }
    let bound = try server.start()
    address = try BucketAddress(text: "s3://b?endpoint=http://127.0.0.1:\(bound.port)")
  }

  var requests: [String] { state.withLock { $0.requests } }
  func stop() async { await server.stop() }

  /// A client that does not wait, and what it waited for.
  func client(patience: Duration = .seconds(90)) throws -> (client: BucketClient, waits: Lock<[Duration]>) {
    let waits = Lock<[Duration]>([])
    let options = BucketClient.Options(
      patience: patience, readPatience: patience, pause: { wait in waits.withLock { $0.append(wait) } })
    return (BucketClient(address, try BucketCredentials(accessKey: "KEYKEY", secret: "SECRET"), options), waits)
  }
}

extension HTTPResponse {
  /// What S3 says when it says no.
  static func refusal(_ status: Int, _ code: String, _ message: String = "", retryAfter: String? = nil) -> HTTPResponse
  {
    var headers: HTTPHeaders = ["Content-Type": "application/xml"]
    if let retryAfter { headers.add("Retry-After", retryAfter) }
    let text = "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
    return HTTPResponse(status: status, headers: headers, content: .bytes(Array(text.utf8)))
  }
}
