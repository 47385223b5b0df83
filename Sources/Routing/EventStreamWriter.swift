internal import Concurrency
internal import HTTPServer

/// Writes server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). The stream's own task
/// sends events, one after the other; the heartbeat writes a comment whenever no event is under way.
public final class EventStreamWriter: Sendable {
  private struct State {
    var isWriting = false
    var waiting: CheckedContinuation<Void, Never>?
    var failure: (any Error)?
  }
  private let state = Lock(State())
  private let writer: HTTPBodyWriter
  private struct Body {
    var task: Task<Void, any Error>?
    var isEnded = false
  }
  private let body = Lock(Body())

  init(_ writer: HTTPBodyWriter) { self.writer = writer }

  /// Sends an event. `id` is what `Last-Event-ID` brings back; `data` may hold line ends. Suspends while the client is
  /// slower; throws once it has gone.
  public func send(event: StaticString, id: Int64? = nil, data: [UInt8]) async throws {
    try await write(Self.encode(event: event, id: id, data: data))
  }

  /// Sends an event whose data is the JSON that `json` writes.
  public func send(event: StaticString, id: Int64? = nil, _ json: (inout JSONWriter) -> Void) async throws {
    var data = JSONWriter(capacity: 256)
    json(&data)
    try await send(event: event, id: id, data: data.bytes)
  }

  /// The bytes of an event.
  static func encode(event: StaticString, id: Int64?, data: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.count + 64)
    bytes.append(contentsOf: "event: ".utf8)
    event.withUTF8Buffer { bytes.append(contentsOf: $0) }
    if let id { bytes.append(contentsOf: "\nid: \(id)".utf8) }
    var rest = data[...]
    repeat {
      let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
      bytes.append(contentsOf: "\ndata: ".utf8)
      bytes.append(contentsOf: line)
      rest = rest[line.endIndex...]
      let endsWithPair = rest.starts(with: [0x0D, 0x0A])
      rest = rest.dropFirst(endsWithPair ? 2 : 1)
    } while !rest.isEmpty
    bytes.append(contentsOf: "\n\n".utf8)
    return bytes
  }

  /// Sends bytes once nothing else is being written.
  func write(_ bytes: [UInt8]) async throws {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if !state.isWriting {
          state.isWriting = true
          return true
        }
        // Only a heartbeat can be in the way, and only the stream's task waits: there is never a second one.
        state.waiting = continuation
        return false
      }
      if isFree { continuation.resume() }
    }
    try await writeHolding(bytes)
  }

  private func writeHolding(_ bytes: [UInt8]) async throws {
    if let failure = state.withLock({ $0.failure }) {
      release(nil)
      throw failure
    }
    do {
      try await writer.write(bytes)
      release(nil)
    } catch {
      release(error)
      throw error
    }
  }

  private func release(_ failure: (any Error)?) {
    let next = state.withLock { state in
      if let failure { state.failure = failure }
      defer { state.waiting = nil }
      state.isWriting = state.waiting != nil
      return state.waiting
    }
    next?.resume()
  }

  /// Writes a comment, unless an event is being written; a client that has gone ends the stream's task.
  func beat() {
    let isFree = state.withLock { state in
      if state.isWriting || state.failure != nil { return false }
      state.isWriting = true
      return true
    }
    guard isFree else { return }
    Task {
      do { try await writeHolding(Array(":\n\n".utf8)) } catch { end() }
    }
  }

  /// Cuts the stream: its task is cancelled, also where it begins only later.
  func end() {
    let task = body.withLock { body in
      body.isEnded = true
      return body.task
    }
    task?.cancel()
  }

  /// Runs `events` as a task that a failed heartbeat can cancel.
  func run(_ events: @escaping @Sendable (EventStreamWriter) async throws -> Void) async throws {
    let task = Task { try await events(self) }
    let isEnded = body.withLock { body in
      body.task = task
      return body.isEnded
    }
    if isEnded { task.cancel() }
    defer { body.withLock { $0.task = nil } }
    try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
