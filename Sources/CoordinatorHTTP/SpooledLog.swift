internal import Concurrency
internal import Files
internal import FoundationEssentials
internal import HTTPClient
internal import Lifecycle
internal import Model
internal import Queue

/// One job's log on its way: what the job says is kept at once, and sent by a task of its own, so that the job does not
/// wait for the network. All of it is kept until the job's end has arrived, since a server may lose what it had
/// acknowledged. Calls come one after the other; `settle` to `release` is one of them.
actor SpooledLog {
  /// What comes within this time goes together, or with the end of the job.
  private static let delay = Duration.milliseconds(25)

  private let job: JobID
  private let lease: HeldLease
  private let link: ServerLink
  private let spoolLimit: Int64
  private let threads: BlockingThreads
  private let log: Logger
  private let spool: Lock<LogSpool>
  /// Where in the log the spool's first byte belongs.
  private var base: Int64
  /// What the server has, of what is in the spool.
  private var sent: Int64 = 0
  /// Why nothing more can be sent, or not at present.
  private var failure: (any Error)?
  /// Where the log is full.
  private var limit: Int64?
  private var isMissingSaid = false
  private var sender: Task<Void, Never>?
  private var pause: Task<Void, Never>?
  /// True while somebody else takes what is left.
  private var isHeld = false
  private var isForgotten = false
  private let moved = Wakeup()

  init(
    _ job: JobID, of lease: HeldLease, at offset: Int64, path: String, limit: Int64, link: ServerLink,
    threads: BlockingThreads, log: Logger
  ) {
    (self.job, self.lease, self.link, self.threads, self.log) = (job, lease, link, threads, log)
    (base, spoolLimit) = (offset, limit)
    spool = Lock(LogSpool(path: path))
  }

  private var end: Int64 { spool.withLock { $0.end } }

  /// Takes the next bytes and returns the log's size with them.
  func append(_ bytes: [UInt8], at offset: Int64, elapsedMilliseconds: Int64) async throws -> Int64 {
    if let limit {
      // Only the one line is taken that says what is missing.
      guard offset == limit else { throw QueueError.logFull(job, limit: limit) }
      let size = try await post(bytes, LogParts([.init(elapsedMilliseconds: elapsedMilliseconds, count: nil)]), limit)
      isMissingSaid = true
      return size
    }
    while end - sent > spoolLimit, failure == nil, limit == nil {
      try Task.checkCancellation()
      await moved.wait()
    }
    if let limit { throw QueueError.logFull(job, limit: limit) }
    if let failure { throw failure }
    try await keep(bytes, elapsedMilliseconds)
    begin()
    return base + end
  }

  private func keep(_ bytes: [UInt8], _ elapsedMilliseconds: Int64) async throws {
    do {
      try await threads.run { [spool] in
        try spool.withLock { try $0.append(bytes, elapsedMilliseconds: elapsedMilliseconds) }
      }
    } catch let error as FileError {
      log.warning("log cannot be spooled, the job waits for the server", ["job": "\(job)", "error": "\(error)"])
      begin()
      while sent < end, failure == nil, limit == nil {
        try Task.checkCancellation()
        await moved.wait()
      }
      // What has arrived is given up for what follows.
      try await threads.run { [spool, sent] in try spool.withLock { try $0.drop(before: sent) } }
    }
  }

  /// Takes over from the sender, which sends most of what is left: returns the rest, to go with a report, or the line
  /// that a full log ends with.
  func settle(isLast: Bool) async throws -> LoggedOutput? {
    isHeld = true
    pause?.cancel()
    while sender != nil {
      try Task.checkCancellation()
      await moved.wait()
    }
    if let failure, !Self.isPassing(failure) { throw failure }
    while limit == nil, end - sent > Int64(AgentProtocol.inlineLogLimit) { try await sendBatch() }
    if let limit {
      guard isLast, !isMissingSaid, base + end > limit else { return nil }
      let line = OutputLimit.line(missing: base + end - limit)
      let parts = LogParts([.init(elapsedMilliseconds: 0, count: nil)])
      return LoggedOutput(job: job, offset: limit, parts: parts, bytes: Data(line))
    }
    let (bytes, parts) = try await batch(AgentProtocol.inlineLogLimit)
    if bytes.isEmpty {
      // Also without a byte it says where the log ends: a server that has less by now asks for the rest.
      let none = LogParts([.init(elapsedMilliseconds: 0, count: nil)])
      return isLast && end > 0 ? LoggedOutput(job: job, offset: base + end, parts: none, bytes: Data()) : nil
    }
    if Int64(bytes.count) < end - sent {
      // More parts than go together.
      try await sendBatch()
      return try await settle(isLast: isLast)
    }
    return LoggedOutput(job: job, offset: base + sent, parts: parts, bytes: Data(bytes))
  }

  /// What `settle` gave has arrived.
  func acknowledge(_ output: LoggedOutput) {
    if limit != nil {
      isMissingSaid = true
    } else {
      sent = max(sent, output.offset + Int64(output.bytes.count) - base)
    }
  }

  /// Gives the log back to its sender.
  func release() {
    isHeld = false
    if sent < end { begin() }
  }

  /// Ends everything, and forgets what the log holds.
  func forget() {
    isForgotten = true
    failure = CancellationError()
    sender?.cancel()
    pause?.cancel()
    moved.signal()
    threads.submit { [spool] in spool.withLock { $0.remove() } }
  }

  /// The server has less than it had acknowledged: what it lost is sent again.
  func rewind(to expected: Int64) {
    let start = spool.withLock { $0.start }
    if expected - base < start {
      // From before this agent's time, or given up on a full disk.
      log.error("log bytes lost by the server", ["job": "\(job)", "from": "\(expected)", "to": "\(base + start)"])
      base = expected - start
    } else {
      log.info("log sent again", ["job": "\(job)", "from": "\(expected)", "to": "\(base + sent)"])
    }
    sent = expected - base
  }

  /// The log holds `limit` bytes, and will hold no more.
  func fill(to limit: Int64) { self.limit = limit }

  private func begin() {
    guard sender == nil, !isHeld, !isForgotten, limit == nil else { return }
    sender = Task { await run() }
  }

  /// Sends until there is nothing to send, or somebody else does.
  private func run() async {
    await rest(Self.delay)
    var wait = Duration.milliseconds(100)
    while !isHeld, !isForgotten, limit == nil, sent < end {
      do {
        try await sendBatch()
        failure = nil
        wait = .milliseconds(100)
      } catch {
        failure = Self.isAway(error) ? nil : error
        moved.signal()
        if !Self.isPassing(error) { break }
        await rest(wait)
        wait = min(wait * 2, .seconds(2))
      }
    }
    sender = nil
    moved.signal()
  }

  private func rest(_ duration: Duration) async {
    if isHeld || isForgotten { return }
    let task = Task<Void, Never> { try? await Task.sleep(for: duration) }
    pause = task
    await task.value
  }

  private func sendBatch() async throws {
    let (bytes, parts) = try await batch(AgentProtocol.logBatchLimit)
    guard !bytes.isEmpty else { return }
    do {
      let size = try await post(bytes, parts, base + sent)
      sent = min(max(sent, size - base), end)
    } catch QueueError.logGap(_, let expected) {
      rewind(to: expected)
    } catch QueueError.logFull(_, let limit) {
      fill(to: limit)
    }
    moved.signal()
  }

  private func batch(_ limit: Int) async throws -> (bytes: [UInt8], parts: LogParts) {
    try await threads.run { [spool, sent] in try spool.withLock { try $0.read(from: sent, limit: limit) } }
  }

  private func post(_ bytes: [UInt8], _ parts: LogParts, _ offset: Int64) async throws -> Int64 {
    try await link.send(
      "POST", "leases/\(lease.build)/jobs/\(job)/log?offset=\(offset)&elapsed=\(parts)", bytes: .bytes(bytes),
      fence: lease.fence, as: LogAnswer.self
    ).size
  }

  /// True where the same may succeed later.
  private static func isPassing(_ error: any Error) -> Bool {
    if case QueueError.noSpace = error { return true }
    return isAway(error)
  }

  private static func isAway(_ error: any Error) -> Bool {
    if case QueueError.unavailable = error { true } else { false }
  }
}
