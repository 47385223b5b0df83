import CommandLineClient
import Concurrency
import Files
import HTTPServer

/// What a command has written.
final class Written: Sendable {
  private let bytes = Lock<[UInt8]>([])
  var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
  func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
}

/// A run of the program: status and what it wrote.
struct Outcome: Sendable {
  var status: Int32
  var output: String
  var error: String
}

/// The program's table with `serve` and `run` that only say that they were called.
let table = CommandTable.standard(
  version: "1.2.3",
  serveFlags: [Flag("listen", .text("HOST:PORT"), "where to listen", standard: "x:1", variable: "WRIGHT_LISTEN")],
  serve: { invocation, console in
    guard invocation.value("listen") != "nowhere" else { throw UsageError("--listen: 'nowhere' is no address") }
    try console.output("serving \(invocation.value("listen") ?? "")\n")
    return 0
  },
  run: { invocation, _ in invocation.arguments.isEmpty ? 124 : 130 })

/// Runs the program.
func wright(_ words: String..., environment: [String: String] = [:], isTerminal: Bool = false) async -> Outcome {
  let (output, error) = (Written(), Written())
  let console = Console(
    environment: environment, outputIsTerminal: isTerminal, errorIsTerminal: isTerminal, width: 60,
    output: { output.append($0) }, error: { error.append($0) })
  let status = await table.run(words, console: console)
  return Outcome(status: status, output: output.text, error: error.text)
}

/// A server that answers as the test says, and remembers what it was asked.
final class TestServer: Sendable {
  struct Asked: Sendable, Equatable {
    var line: String
    var range: String?
    var lastEventID: String?
    var authorization: String?
    var body: String
  }

  private let asked = Lock<[Asked]>([])
  var requests: [Asked] { asked.withLock { $0 } }
  var lines: [String] { requests.map(\.line) }

  func remember(_ request: HTTPRequest) async -> Int {
    let body = (try? await request.body.collect(upTo: 1 << 20)) ?? []
    return asked.withLock {
      $0.append(
        Asked(
          line: "\(request.method) \(request.target)", range: request.headers["Range"],
          lastEventID: request.headers["Last-Event-ID"], authorization: request.headers["Authorization"],
          body: String(decoding: body, as: UTF8.self)))
      return $0.count
    }
  }
}

/// Runs `body` with a server; `answer` gets each request and how many there were with it.
func withServer(
  _ answer: @escaping @Sendable (HTTPRequest, Int) async -> HTTPResponse,
  _ body: (TestServer, [String: String]) async throws -> Void
) async throws {
  let test = TestServer()
  let configuration = HTTPServerConfiguration(stopGrace: .milliseconds(100))
  let server = try HTTPServer(configuration: configuration) { await answer($0, await test.remember($0)) }
  let port = try server.start().port
  let result: Result<Void, any Error>
  do {
    try await body(test, ["WRIGHT_SERVER": "http://127.0.0.1:\(port)/", "WRIGHT_TOKEN": "secret"])
    result = .success(())
  } catch {
    result = .failure(error)
  }
  await server.stop()
  try result.get()
}

func json(_ text: String, status: Int = 200, link: String? = nil) -> HTTPResponse {
  var headers: HTTPHeaders = ["Content-Type": "application/json"]
  headers["Link"] = link
  return HTTPResponse(status: status, headers: headers, content: .bytes(Array(text.utf8)))
}

/// A stream of these pieces; cut after them where `isCut`.
func stream(_ pieces: [String], isCut: Bool = false, status: Int = 200) -> HTTPResponse {
  HTTPResponse(
    status: status, headers: ["Content-Type": "text/event-stream"],
    content: .stream { writer in
      for piece in pieces { try await writer.write(Array(piece.utf8)) }
      if isCut { throw CommandFailure("cut") }
    })
}

/// A folder of its own for a test.
func withFolder(_ body: (String) async throws -> Void) async throws {
  let path = "/tmp/wright-cli-\(UInt64.random(in: .min ... .max))"
  try FileTree.makeDirectory(path)
  let result: Result<Void, any Error>
  do { result = .success(try await body(path)) } catch { result = .failure(error) }
  try FileTree.removeTree(path)
  try result.get()
}
