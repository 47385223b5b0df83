internal import FoundationEssentials
internal import HTTPClient
internal import Model

/// Follows a job's log live to its end, over as many connections as it takes.
struct LogFollower: Sendable {
  /// What comes of a log.
  enum Update: Sendable, Equatable {
    /// Output, as text.
    case output([UInt8])
    /// The job's status has changed.
    case status(Status)
  }

  private struct LogData: Decodable { var text: String }
  private struct StatusData: Decodable { var status: String }

  let connection: ServerConnection
  let job: Int64
  var retry = Retry()
  /// The next byte that is wanted.
  private var offset: Int64 = 0

  init(connection: ServerConnection, job: Int64, retry: Retry = Retry()) {
    self.connection = connection
    self.job = job
    self.retry = retry
  }

  /// Gives `take` everything until the job has ended, and returns the status that it ended with.
  mutating func run(_ take: (Update) async throws -> Void) async throws -> Status {
    while true {
      do {
        if let status = try await connectOnce(take) { return status }
        throw TransferFailure("the server closed the log of job \(job) before its end")
      } catch {
        try await retry.recover(from: error)
      }
    }
  }

  /// Reads one connection; nil where it was closed before the log's end.
  private mutating func connectOnce(_ take: (Update) async throws -> Void) async throws -> Status? {
    var headers: HTTPClientHeaders = ["Accept": "text/event-stream"]
    if offset > 0 { headers.add("Last-Event-ID", String(offset)) }
    let response = try await connect(headers)
    var parser = EventStreamParser()
    for try await bytes in response.body {
      for event in try parser.take(bytes) {
        retry.succeeded()
        if let status = try await handle(event, take) { return status }
      }
    }
    return nil
  }

  /// A server that is starting or stopping is waited for.
  private func connect(_ headers: HTTPClientHeaders) async throws -> HTTPClientResponse {
    let response = try await connection.send("GET", "/jobs/\(job)/log", headers: headers)
    if response.status == 200 { return response }
    let refusal = await connection.refusal(response)
    throw response.status >= 500 ? TransferFailure("\(refusal)") : refusal
  }

  private mutating func handle(_ event: ServerEvent, _ take: (Update) async throws -> Void) async throws -> Status? {
    switch event.event {
    case "log":
      let data = try connection.decode(LogData.self, from: event.data)
      if let id = event.id.flatMap({ Int64($0) }) { offset = id }
      try await take(.output(Array(data.text.utf8)))
    case "status", "end":
      let data = try connection.decode(StatusData.self, from: event.data)
      let status = Status(rawValue: data.status) ?? .running
      if event.event == "end" { return status }
      try await take(.status(status))
    default: break
    }
    return nil
  }
}
