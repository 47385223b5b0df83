public import Files
public import Model

/// Where the compressed logs of ended jobs are kept, for a log store that does not keep them itself: several servers read
/// one archive. Safe from any task.
public protocol LogArchive: Sendable {
  /// Stores the first `size` bytes of `file` as the log of a job, in the place of one that is there. Durable on return,
  /// and not there in part at any time. Throws `LogError.unavailable` where that may work later.
  func store(_ job: JobID, _ file: FileDescriptor, size: Int64) async throws
  /// Opens the log of a job; nil where there is none.
  func open(_ job: JobID) async throws -> (any ArchivedBytes)?
  /// Removes the log of a job. An absent one is fine.
  func delete(_ job: JobID) async throws
}

/// An archived log that was opened. It never changes.
public protocol ArchivedBytes: Sendable {
  /// Bytes.
  var size: Int64 { get }
  /// The bytes from `offset`, `count` of them or as many as there are. Blocks its thread: not for tasks.
  func read(count: Int, at offset: Int64) throws -> [UInt8]
}
