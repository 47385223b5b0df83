internal import Concurrency
internal import Files
internal import Model

/// The beginnings of all growing logs, one after the other in one file, so that a small log costs no file of its own.
///
/// It is read only at start: what was noted in it survives the end of the process. Nothing is synchronised. The file
/// begins anew, with what is still wanted, when it has grown by `rewriteStep`.
final class LogJournal: Sendable {
  /// How much is written from one beginning to the next, at least.
  static let rewriteStep: Int64 = 4 << 20

  private struct State {
    var file: FileDescriptor
    /// Where the next record goes.
    var end: Int64 = 0
    /// When to begin anew.
    var limit = rewriteStep
    /// Jobs with bytes that are still wanted.
    var wanted: Set<JobID> = []
  }

  private let path: String
  private let state: Lock<State>

  /// Opens the file, made where it does not exist, and hands its records to `replay`, in order. What follows the last
  /// complete record, as after a crash, is cut off.
  init(_ path: String, replay: (JournalRecord) -> Void) throws {
    self.path = path
    let file = try FileDescriptor.open(path, .readWrite())
    var walk = JournalWalk(file)
    var wanted: Set<JobID> = []
    while let record = try walk.next() {
      record.change(&wanted)
      replay(record)
    }
    try file.truncate(to: walk.position)
    state = Lock(
      State(file: file, end: walk.position, limit: max(walk.position * 2, Self.rewriteStep), wanted: wanted))
  }

  /// Notes bytes of a log. All or nothing.
  func note(_ record: JournalRecord) throws { try state.withLock { try append(record, &$0) } }

  /// Notes that nothing of the job's log is wanted any more. Where that fails, an old beginning is found at the next
  /// start, which the log's present form overrules.
  func forget(_ job: JobID) throws {
    try state.withLock { state in
      if state.wanted.contains(job) { try append(.end(of: job), &state) }
    }
  }

  private func append(_ record: JournalRecord, _ state: inout State) throws {
    if state.end >= state.limit { try rewrite(&state) }
    let bytes = try record.encoded()
    // What a failed write leaves is no complete record, and the next one replaces it.
    try state.file.write(bytes, at: state.end)
    state.end += Int64(bytes.count)
    record.change(&state.wanted)
  }

  /// Copies what is wanted into a new file, which takes the old one's place in one step.
  private func rewrite(_ state: inout State) throws {
    let temporary = path + ".new"
    try FileTree.removeFile(temporary)
    let file = try FileDescriptor.open(temporary, .createNew())
    // A log may have been removed and begun again: then only what follows its last end counts.
    let last = try Self.lastEnds(state.file)
    var walk = JournalWalk(state.file)
    var end: Int64 = 0
    while let record = try walk.next() {
      guard state.wanted.contains(record.job), walk.position > last[record.job] ?? 0 else { continue }
      let bytes = try record.encoded()
      try file.write(bytes, at: end)
      end += Int64(bytes.count)
    }
    try FileTree.rename(temporary, to: path)
    state.file = file
    state.end = end
    state.limit = end * 2 + Self.rewriteStep
  }

  private static func lastEnds(_ file: FileDescriptor) throws -> [JobID: Int64] {
    var ends: [JobID: Int64] = [:]
    var walk = JournalWalk(file)
    while let record = try walk.next() { if record.isEnd { ends[record.job] = walk.position } }
    return ends
  }
}
