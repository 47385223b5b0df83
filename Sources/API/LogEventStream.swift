internal import Logs
internal import Model
internal import Routing

/// Sends a log as events: `log` with the bytes as text, `status`, and at last `end`.
struct LogEventStream {
  let dependencies: APIDependencies
  let job: JobID
  let metrics: RequestMetrics
  private static let pieceBytes = 64 << 10

  func send(to stream: EventStreamWriter, _ watch: LogWatch, from offset: Int64) async throws {
    var position = min(offset, watch.now.log.size)
    var sent: Status?
    while !Task.isCancelled {
      let now = watch.now
      if now.status.isFinal {
        // The log may have grown since the last look; nothing is written once the job is over.
        let state = try await dependencies.logs.state(job)
        try await sendText(to: stream, &position, upTo: state.size, isComplete: true)
        if now.status != sent { try await send(now.status, to: stream) }
        return try await stream.send(event: "end") { $0.end(now.status, state.size) }
      }
      if now.status != sent {
        try await send(now.status, to: stream)
        sent = now.status
      }
      try await sendText(to: stream, &position, upTo: now.log.size, isComplete: false)
      if now.isClosed { return }
      await watch.wait()
    }
    throw CancellationError()
  }

  private func send(_ status: Status, to stream: EventStreamWriter) async throws {
    try await stream.send(event: "status") { writer in
      writer.beginObject()
      writer.field("status", status.rawValue)
      writer.endObject()
    }
  }

  /// Sends what lies between `position` and `end`. A character whose last bytes are still to come waits for them,
  /// unless the log `isComplete`.
  private func sendText(
    to stream: EventStreamWriter, _ position: inout Int64, upTo end: Int64, isComplete: Bool
  ) async throws {
    while position < end {
      let limit = Int(min(end - position, Int64(Self.pieceBytes)))
      let bytes = try await dependencies.logs.read(job, from: position, limit: limit)
      let isLast = isComplete && position + Int64(bytes.count) >= end
      let count = isLast ? bytes.count : UTF8Boundary.completeCount(bytes)
      if count == 0 { return }
      let start = position
      position += Int64(count)
      metrics.countLogBytes(Int64(count))
      try await stream.send(event: "log", id: position) { writer in
        writer.beginObject()
        writer.field("offset", start)
        writer.key("text")
        writer.string(utf8: bytes.prefix(count))
        writer.endObject()
      }
    }
  }
}

/// Sends how many lines a log has, at most every 50 ms, and at last `end`.
struct LogLineCountStream {
  let logs: any LogStore
  let job: JobID
  private static let spacing: Duration = .milliseconds(50)

  func send(to stream: EventStreamWriter, _ watch: LogWatch) async throws {
    var sent: LogState?
    while !Task.isCancelled {
      let now = watch.now
      let state = now.status.isFinal ? try await logs.state(job) : now.log
      if state != sent {
        try await stream.send(event: "lines") { writer in
          writer.beginObject()
          writer.field("lines", state.lines)
          writer.field("size", state.size)
          writer.field("ended", state.ended)
          writer.endObject()
        }
        sent = state
      }
      if now.status.isFinal { return try await stream.send(event: "end") { $0.end(now.status, state.size) } }
      if now.isClosed { return }
      await watch.wait()
      try await Task.sleep(for: Self.spacing)
    }
    throw CancellationError()
  }
}

extension JSONWriter {
  fileprivate mutating func end(_ status: Status, _ size: Int64) {
    beginObject()
    field("status", status.rawValue)
    field("log_size", size)
    endObject()
  }
}

/// Where bytes can be cut without cutting a character.
enum UTF8Boundary {
  /// How many bytes at the front hold no character that more bytes could still complete. Bytes that are wrong whatever
  /// follows count as complete.
  static func completeCount(_ bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let start = bytes.count - back
      let lead = bytes[start]
      if lead & 0xC0 == 0x80 { continue }
      return length(lead) > back && canContinue(bytes[start...]) ? start : bytes.count
    }
    return bytes.count
  }

  /// The length of a character that begins with this byte; 1 for what begins none.
  private static func length(_ lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  /// Whether the second byte, where there is one, is allowed after the first (Unicode, table 3-7).
  private static func canContinue(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let lead = bytes.first, let second = bytes.dropFirst().first else { return true }
    return switch lead {
    case 0xE0: second >= 0xA0
    case 0xED: second < 0xA0
    case 0xF0: second >= 0x90
    case 0xF4: second < 0x90
    default: true
    }
  }
}
