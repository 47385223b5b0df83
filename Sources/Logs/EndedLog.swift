public import Model

/// A log at its end.
public struct EndedLog: Sendable, Hashable {
  /// Where it stands, ended.
  public var state: LogState
  /// Text and index of a small log, in the log store's own form, for whoever stores the job's end; nil where the log
  /// store keeps them itself.
  public var content: [UInt8]?

  /// A log at its end.
  public init(state: LogState, content: [UInt8]? = nil) {
    self.state = state
    self.content = content
  }
}

/// Where the content of small logs is kept once they have ended: beside what is known of their jobs, so that it is
/// stored in the transaction that ends the job and needs neither a file nor a wait for the disk of its own.
/// Safe from any task.
public protocol SmallLogs: Sendable {
  /// The content that `LogStore.end` gave for the job's log; nil where none is kept.
  func smallLog(of job: JobID) async throws -> [UInt8]?
  /// Whether the job's end is stored, with a log that has bytes and is not among the small ones.
  func hasLargeLog(of job: JobID) async throws -> Bool
  /// Forgets it. An unknown job is fine.
  func removeSmallLog(of job: JobID) async throws
}
