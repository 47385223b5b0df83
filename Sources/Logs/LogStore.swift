public import Model

/// Keeps each job's log: raw bytes by offset, with the time of each line. Append-only until it is ended, immutable
/// and compressed afterwards. Safe from any task; appends to one job are made one after the other.
public protocol LogStore: Sendable {
  /// Appends `bytes` that begin at `offset` and returns the size after it. Bytes before the present end are taken as
  /// stored already and skipped; an `offset` past the end throws `LogError.gap`.
  /// Each line that begins in the new bytes is recorded at `elapsedMilliseconds` since the job's start.
  func append(_ job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64) async throws -> Int64
  /// Ends logs, in one step with what `store` writes about their jobs: on return they are durable and never change
  /// again. Compression follows in the background. A log without a byte can be ended too. Twice is fine.
  ///
  /// `store` gets every log as it ends, and has to keep the `content` of those that have one, durably, where this store
  /// finds it again (`SmallLogs`). Until it returns nothing can be appended. Where it throws, the error comes out and
  /// logs with content go on as if nothing had been asked; others have ended all the same.
  func end<Result>(
    _ jobs: [JobID], _ store: ([JobID: EndedLog]) async throws -> Result
  ) async throws -> Result
  /// Size, lines and whether it has ended; an unknown job has an empty log that has not ended.
  func state(_ job: JobID) async throws -> LogState
  /// The bytes from `offset`, at most `limit`; empty at the end.
  func read(_ job: JobID, from offset: Int64, limit: Int) async throws -> [UInt8]
  /// The lines from number `first` (counted from 0), at most `limit` and about `byteLimit` bytes of text in all.
  func lines(_ job: JobID, from first: Int64, limit: Int, byteLimit: Int) async throws -> [LogLine]
  /// Waits until the log is larger than `size` bytes or has ended, and returns its state. Throws `CancellationError`
  /// when the task is cancelled.
  func changed(_ job: JobID, beyond size: Int64) async throws -> LogState
  /// Removes the log. An unknown job is fine.
  func delete(_ job: JobID) async throws
  /// Throws where the store cannot be written, with the reason.
  func check() async throws
  /// Throws where the store is full, with the reason; cheaper than `check`.
  func checkSpace() async throws
}

extension LogStore {
  /// Nothing: a store without a limit is never full.
  public func checkSpace() async throws {}
}

/// Where a log stands.
public struct LogState: Sendable, Hashable {
  /// Bytes.
  public var size: Int64
  /// Lines; a last line without a newline counts.
  public var lines: Int64
  /// True once nothing can be appended.
  public var ended: Bool

  /// A state.
  public init(size: Int64, lines: Int64, ended: Bool) {
    self.size = size
    self.lines = lines
    self.ended = ended
  }
}

/// A line of a log.
public struct LogLine: Sendable, Hashable {
  /// Counted from 0.
  public var number: Int64
  /// The offset of its first byte.
  public var offset: Int64
  /// Milliseconds from the job's start to its first byte.
  public var elapsedMilliseconds: Int64
  /// Its bytes without the newline, cut where `isCut`.
  public var text: [UInt8]
  /// True where the line is longer than the text.
  public var isCut: Bool

  /// A line.
  public init(number: Int64, offset: Int64, elapsedMilliseconds: Int64, text: [UInt8], isCut: Bool) {
    self.number = number
    self.offset = offset
    self.elapsedMilliseconds = elapsedMilliseconds
    self.text = text
    self.isCut = isCut
  }
}

/// Why the log store refused.
public enum LogError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The append is past the end; the next byte belongs at `expected`.
  case gap(JobID, expected: Int64)
  /// The log has ended.
  case ended(JobID)
  /// An offset or a line number below zero.
  case negativeOffset(JobID, Int64)
  /// The stored file is damaged; the text says where.
  case damaged(JobID, String)
  /// The archive of ended logs cannot be used now; the same may succeed later. The reason is for the operator.
  case unavailable(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .gap(let job, let expected): "the log of job \(job) continues at byte \(expected)"
    case .ended(let job): "the log of job \(job) has ended"
    case .negativeOffset(let job, let offset): "the log of job \(job) begins at 0, so \(offset) is not a place in it"
    case .damaged(let job, let detail): "the log of job \(job) is damaged: \(detail)"
    case .unavailable: "the archive of logs cannot be used now; the server's log says why"
    }
  }
}
