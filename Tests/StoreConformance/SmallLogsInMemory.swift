import Concurrency
public import Logs
public import Model

/// Keeps small logs as the database does, for a log store that is tested alone.
public final class SmallLogsInMemory: SmallLogs {
  private let kept = Lock<[JobID: [UInt8]]>([:])
  private let large = Lock<Set<JobID>>([])

  /// Keeps nothing yet.
  public init() {}

  /// Keeps what ends.
  public func keep(_ ended: [JobID: EndedLog]) {
    kept.withLock { kept in for (job, log) in ended where log.content != nil { kept[job] = log.content } }
    large.withLock { $0.formUnion(ended.filter { $0.value.content == nil && $0.value.state.size > 0 }.keys) }
  }

  /// Keeps this instead.
  public func replace(_ job: JobID, _ content: [UInt8]) { kept.withLock { $0[job] = content } }

  /// What was kept.
  public func smallLog(of job: JobID) async throws -> [UInt8]? { kept.withLock { $0[job] } }
  /// Whether such a log has ended.
  public func hasLargeLog(of job: JobID) async throws -> Bool { large.withLock { $0.contains(job) } }
  /// Forgets it.
  public func removeSmallLog(of job: JobID) async throws {
    kept.withLock { $0[job] = nil }
    large.withLock { _ = $0.remove(job) }
  }
}

extension LogStore {
  /// Ends a log and keeps it in `small` where it comes with its content.
  public func end(_ job: JobID, in small: SmallLogsInMemory) async throws -> LogState {
    try await end([job]) { ended in
      small.keep(ended)
      return ended[job]?.state ?? LogState(size: -1, lines: -1, ended: false)
    }
  }
}
