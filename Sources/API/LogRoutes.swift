internal import HTTPServer
internal import Logs
internal import Model
internal import Routing
internal import Store

/// A job's log: its bytes, its lines, and both as they come.
struct LogRoutes {
  let dependencies: APIDependencies
  let metrics: RequestMetrics
  private static let pieceBytes = 256 << 10
  private static let lineLimit: Int64 = 5000
  private static let lineTextBytes = 4 << 20

  var routes: [Route] {
    [
      Route("GET", "/api/v1/jobs/{id}/log", at: .leader, documentation: Self.logDocumentation, log),
      Route("GET", "/api/v1/jobs/{id}/log/lines", at: .leader, documentation: Self.linesDocumentation, lines),
    ]
  }

  private static let logDocumentation = RouteDocumentation(
    "A job's log as stored, or with Accept: text/event-stream as it grows", tag: "Logs",
    query: [
      ParameterDocumentation("offset", "For the event stream: the byte to begin at", schema: Schemas.count),
      ParameterDocumentation("download", "1 makes a browser save it", schema: Schemas.flag),
    ],
    responses: [
      RouteAnswer(200, "The bytes", "text/plain", nil),
      RouteAnswer(
        200, "events log {offset,text} with the offset after it as id, status {status}, end {status,log_size}",
        "text/event-stream", nil),
      RouteAnswer(206, "The part that Range asked for", "text/plain", nil),
      .problem(416, "Range begins past the end"),
    ])

  private static let linesDocumentation = RouteDocumentation(
    "Lines of a job's log by number, or with Accept: text/event-stream how many there are as it grows", tag: "Logs",
    query: [
      ParameterDocumentation("from", "The first line, counted from 0", schema: Schemas.count),
      ParameterDocumentation("limit", "At most so many: 1000 unless set, never more than 5000", schema: Schemas.count),
    ],
    responses: [
      .json(200, "The lines", "LogLines"),
      RouteAnswer(200, "events lines {lines,size,ended}, end {status,log_size}", "text/event-stream", nil),
    ])

  @Sendable private func log(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await dependencies.job(of: request)
    if request.http.accepts("text/event-stream") {
      let offset = try request.http.resumeOffset()
      return try stream(found, request) { stream, watch in
        try await LogEventStream(dependencies: dependencies, job: found.job.id, metrics: metrics)
          .send(to: stream, watch, from: offset)
      }
    }
    let job = found.job
    let state = try await dependencies.logs.state(job.id)
    var headers: HTTPHeaders = ["Content-Type": "text/plain; charset=utf-8"]
    if request.http.query("download") == "1" {
      headers.add("Content-Disposition", ContentDisposition.attachment("\(job.name)-\(job.id).log"))
    }
    let tag = state.ended ? EntityTag.make("log-\(job.id)-\(state.size)") : nil
    return try await StoredContent(size: state.size, entityTag: tag, headers: headers).response(to: request.http) {
      offset, count in
      metrics.countLogBytes(count)
      guard count > Self.pieceBytes else { return .bytes(try await bytes(of: job.id, from: offset, count: Int(count))) }
      return .stream { writer in
        var position = offset
        let end = offset + count
        while position < end {
          let piece = try await bytes(
            of: job.id, from: position, count: Int(min(end - position, Int64(Self.pieceBytes))))
          try await writer.write(piece)
          position += Int64(piece.count)
        }
      }
    }
  }

  /// Exactly `count` bytes.
  private func bytes(of job: JobID, from offset: Int64, count: Int) async throws -> [UInt8] {
    var all: [UInt8] = []
    while all.count < count {
      let piece = try await dependencies.logs.read(job, from: offset + Int64(all.count), limit: count - all.count)
      guard !piece.isEmpty else { throw LogError.damaged(job, "it ends before byte \(offset + Int64(count))") }
      if all.isEmpty { all = piece } else { all += piece }
    }
    return all
  }

  @Sendable private func lines(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await dependencies.job(of: request)
    if request.http.accepts("text/event-stream") {
      return try stream(found, request) { stream, watch in
        try await LogLineCountStream(logs: dependencies.logs, job: found.job.id).send(to: stream, watch)
      }
    }
    let from = try request.number("from", absent: 0)
    let limit = min(try request.number("limit", absent: 1000), Self.lineLimit)
    let state = try await dependencies.logs.state(found.job.id)
    let lines = try await dependencies.logs.lines(
      found.job.id, from: from, limit: Int(limit), byteLimit: Self.lineTextBytes)
    return .json(capacity: 128 + lines.reduce(0) { $0 + $1.text.count + 96 }) { writer in
      writer.beginObject()
      writer.key("lines")
      writer.beginArray()
      for line in lines { writer.line(line) }
      writer.endArray()
      writer.field("total", state.lines)
      writer.field("size", state.size)
      writer.field("ended", state.ended)
      writer.endObject()
    }
  }

  private func stream(
    _ found: JobOfBuild, _ request: RouteRequest,
    _ send: @escaping @Sendable (EventStreamWriter, LogWatch) async throws -> Void
  ) throws -> HTTPResponse {
    let caller = try request.caller()
    return dependencies.streams.response(to: caller) { stream in
      try await LogWatch.follow(found.job, owner: caller.user, dependencies) { watch in try await send(stream, watch) }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func line(_ line: LogLine) {
    beginObject()
    field("number", line.number)
    field("offset", line.offset)
    field("elapsed_ms", line.elapsedMilliseconds)
    key("text")
    string(utf8: line.text)
    field("cut", line.isCut)
    endObject()
  }
}
