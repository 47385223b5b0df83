internal import Concurrency
internal import Glibc
internal import PostgreSQL
internal import Store

/// What servers tell each other, by `NOTIFY` on a channel of the schema's own: one connection speaks, one listens.
final class PostgresLink: ServerLink {
  /// A server takes at most 8,000 bytes at once.
  private static let payloadLimit = 7_000
  /// Beyond, what waits is dropped, and the others are told so: they read the present state anew.
  private static let waitingLimit = 20_000
  /// What stands for what was dropped.
  private static let gapLine = "-"
  private static let channel = "'wright_' || hashtext(current_schema())"

  private struct State {
    var waiting: [String] = []
    var isScheduled = false
  }
  /// `@unchecked Sendable`: used by the one thread of `threads` alone.
  private final class Speaker: @unchecked Sendable {
    var connection: PostgresConnection?
  }

  private let target: PostgresTarget
  private let threads = BlockingThreads(name: "db-servers", count: 1)
  private let speaker = Speaker()
  private let state = Lock(State())
  private let interruption = PostgreSQLInterruption()

  init(_ target: PostgresTarget) { self.target = target }

  func run<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    try await threads.run { [self] in try transact(body) }
  }

  func tell(_ lines: [String]) {
    let isFirst = state.withLock { state in
      if state.waiting.count + lines.count > Self.waitingLimit {
        state.waiting = [Self.gapLine]
      } else {
        state.waiting += lines
      }
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    if isFirst { threads.submit { self.speak() } }
  }

  func endLeader() async throws {
    try await run { _ = try $0.execute("SELECT pg_terminate_backend(pid) FROM (\(WriterSeat.holder)) h", []) }
  }

  func messages() -> AsyncStream<ServerMessage> {
    // Who does not keep up reads anew.
    let (stream, continuation) = AsyncStream.makeStream(
      of: ServerMessage.self, bufferingPolicy: .bufferingNewest(Self.waitingLimit))
    Thread.start(name: "db-listen") { [target, interruption] in
      while !interruption.isInterrupted {
        try? Self.listen(target, interruption, continuation)
        if !interruption.isInterrupted { usleep(200_000) }
      }
      continuation.finish()
    }
    return stream
  }

  func close() async {
    interruption.interrupt()
    _ = try? await threads.run { self.speaker.connection = nil }
    threads.stop()
  }

  // MARK: On the threads

  private func transact<Result>(_ body: (any DatabaseConnection) throws -> Result) throws -> Result {
    if speaker.connection?.session == nil {
      speaker.connection = try PostgresConnection(target)
      // What is said here need not outlive a crash of the database's machine.
      _ = try speaker.connection?.execute("SELECT set_config('synchronous_commit', 'off', false)", [])
    }
    guard let connection = speaker.connection else { throw DatabaseError.lost(target) }
    return try connection.transact("BEGIN", body)
  }

  /// Tells what waits, many lines at once.
  private func speak() {
    while true {
      let lines = state.withLock { state in
        defer { state.waiting = [] }
        if state.waiting.isEmpty { state.isScheduled = false }
        return state.waiting
      }
      if lines.isEmpty { return }
      do {
        try say(lines)
      } catch {
        // Those who listen have most likely lost their connections, too, and will read anew; else they are told to.
        usleep(100_000)
        if interruption.isInterrupted { return }
        state.withLock { $0.waiting.insert(Self.gapLine, at: 0) }
      }
    }
  }

  private func say(_ lines: [String]) throws {
    var rest = lines[...]
    while !rest.isEmpty {
      var size = 0
      let part = rest.prefix { line in
        size += line.utf8.count + 1
        return size <= Self.payloadLimit
      }
      // One that is too long for anything is left out.
      rest = rest.dropFirst(max(1, part.count))
      if part.isEmpty { continue }
      let text = part.joined(separator: "\n")
      try transact { _ = try $0.execute("SELECT pg_notify(\(Self.channel), $1)", [.text(text)]) }
    }
  }

  private static func listen(
    _ target: PostgresTarget, _ interruption: PostgreSQLInterruption,
    _ continuation: AsyncStream<ServerMessage>.Continuation
  ) throws {
    let session = try target.connect(interruption)
    let name = try session.run("SELECT (\(channel))::text").text(0, 0) ?? ""
    try session.run("LISTEN \"\(name)\"")
    continuation.yield(.gap)
    while true {
      for text in try session.notifications() {
        for line in text.split(separator: "\n") {
          let message = line == gapLine ? ServerMessage.gap : .line(String(line))
          if case .dropped = continuation.yield(message) { continuation.yield(.gap) }
        }
      }
    }
  }
}
