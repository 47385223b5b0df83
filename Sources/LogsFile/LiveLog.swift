internal import Concurrency
internal import Files
internal import Glibc
internal import Logs
internal import Model

/// The log is no longer in the files that this object stands for: it was compressed or removed. Look again.
struct LogMoved: Error {}

/// A log that grows, or has ended and waits for compression. As long as it is small it is in memory, and in the journal
/// for the next start; then it gets one file of bytes, and two of the line index, which exist once something was written
/// to them.
///
/// Writers take `writing` for their whole work. Readers take a copy of the state, which describes bytes that never
/// change again, and read without a lock. Nothing in memory grows with a log in files.
final class LiveLog: Sendable {
  /// Entries are written when there are so many bytes of them, ...
  static let pendingLimit = 8 << 10
  /// ... or when so many milliseconds of the job have passed.
  static let pendingMilliseconds: Int64 = 1000
  /// A log of at most so many bytes has no files.
  static let standardSmallLimit: Int64 = 64 << 10
  private static let sliceSize = 256 << 10

  enum Stage {
    /// Nobody has looked at the files yet.
    case unopened
    case growing
    case ended
    /// Compressed, kept by others, removed, or never there.
    case gone
  }

  struct Snapshot {
    var stage = Stage.unopened
    var index = LineIndex()
    var flushedAt: Int64 = 0
    /// All bytes of a small log; nil for one that has files.
    var text: [UInt8]?
    /// True while what is there is being stored as the whole log: nothing may be added.
    var isSealed = false

    var state: LogState { LogState(size: index.size, lines: index.lineCount, ended: stage == .ended) }
  }

  let job: JobID
  private let folders: LogFolders
  private let files: DescriptorCache
  private let journal: LogJournal
  private let space: FreeSpace
  private let smallLimit: Int64
  private let owner: UInt64
  private let writing = Lock(())
  private let current = Lock(Snapshot())

  /// A log that nobody has looked at yet. One that has at most `smallLimit` bytes gets no files.
  init(
    _ job: JobID, _ folders: LogFolders, _ files: DescriptorCache, _ journal: LogJournal, _ space: FreeSpace,
    smallLimit: Int64
  ) {
    self.job = job
    self.journal = journal
    self.space = space
    self.smallLimit = smallLimit
    self.folders = folders
    self.files = files
    owner = files.newOwner()
  }

  /// Takes over what the journal of an earlier process says of a small log.
  func restore(_ text: [UInt8], _ index: LineIndex) {
    current.withLock { $0 = Snapshot(stage: .growing, index: index, text: text) }
  }

  /// What is known without touching the files.
  var snapshot: Snapshot { current.withLock { $0 } }

  /// Appends as `LogStore.append` says. All or nothing: after an error, the state is the one before.
  func append(at offset: Int64, _ bytes: [UInt8], milliseconds: Int64) throws -> LogState {
    try writing.withLock { _ in
      var next = try open(create: offset == 0)
      guard next.stage == .growing, !next.isSealed else { throw LogError.ended(job) }
      let size = next.index.size
      guard offset <= size else { throw LogError.gap(job, expected: size) }
      guard size - offset < Int64(bytes.count) else { return next.state }
      try space.claim(Int64(bytes.count))
      let new = bytes[Int(size - offset)...]
      if next.text != nil, size + Int64(new.count) <= smallLimit {
        try note(new, milliseconds: milliseconds, &next)
      } else {
        try write(new, milliseconds: milliseconds, &next)
      }
      current.withLock { $0 = next }
      return next.state
    }
  }

  /// Adds to a small log.
  private func note(_ new: ArraySlice<UInt8>, milliseconds: Int64, _ next: inout Snapshot) throws {
    try journal.note(
      JournalRecord(job: job, offset: next.index.size, milliseconds: milliseconds, bytes: Array(new)))
    new.withUnsafeBytes { next.index.take($0, milliseconds: milliseconds) }
    next.text?.append(contentsOf: new)
  }

  /// Adds to a log in files, which a small one becomes.
  private func write(_ new: ArraySlice<UInt8>, milliseconds: Int64, _ next: inout Snapshot) throws {
    let size = next.index.size
    let text = next.text
    do {
      if let text {
        try file(.bytes, .readWrite(), ended: false).write(text, at: 0)
        next.text = nil
      }
      try new.withUnsafeBytes { buffer in
        try file(.bytes).write(buffer, at: size)
        try take(buffer, milliseconds: milliseconds, into: &next)
      }
    } catch {
      // What was written beyond the size is not part of the log. Cutting it off only keeps a later start from
      // taking it for one, and it would be the beginning of these very bytes: failing to cut does no harm.
      try? file(.bytes).truncate(to: size)
      if text != nil {
        // Still a small log. A file that cannot be removed holds the same bytes.
        forgetFiles()
        try? folders.removeLive(job)
      }
      throw error
    }
    // The file counts from here on. An old beginning in the journal is found out at the next start.
    if text != nil { try? journal.forget(job) }
  }

  /// Ends a log in files, durably. A small one is sealed, and comes with its content: `settle` or `unseal` follows.
  func end() throws -> EndedLog {
    try writing.withLock { _ in
      var next = try open(create: true)
      if next.stage == .ended { return EndedLog(state: next.state) }
      if let text = next.text { return try seal(text, next) }
      next.index.finish()
      try writePending(&next.index)
      try file(.bytes).synchronize()
      if next.index.timesWritten > 0 { try file(.times).synchronize() }
      try FileTree.rename(folders.growing(job), to: folders.ended(job))
      next.stage = .ended
      do { try FileTree.synchronizeDirectory(folders.live) } catch {
        // The name has changed but perhaps not for good: look at the disk again before anything else.
        current.withLock { $0 = Snapshot() }
        throw error
      }
      current.withLock { $0 = next }
      return EndedLog(state: next.state)
    }
  }

  private func seal(_ text: [UInt8], _ now: Snapshot) throws -> EndedLog {
    var index = now.index
    index.finish()
    let content = try KeptLog.encode(text, index)
    current.withLock { $0.isSealed = true }
    return EndedLog(state: LogState(size: index.size, lines: index.lineCount, ended: true), content: content)
  }

  /// A sealed log goes on.
  func unseal() { current.withLock { $0.isSealed = false } }

  /// Lets a sealed log go: it is kept elsewhere. Whoever comes next looks there.
  func settle() { current.withLock { $0 = Snapshot(stage: .gone) } }

  /// Lets the log go: runs `publish`, which may put another form of it in place, and removes the files.
  /// False, and nothing is done, where it has gone already.
  func retire(_ publish: () throws -> Void) throws -> Bool {
    try writing.withLock { _ in
      if snapshot.stage == .gone { return false }
      try publish()
      current.withLock { $0 = Snapshot(stage: .gone) }
      defer { forgetFiles() }
      try folders.removeLive(job)
      return true
    }
  }

  /// Returns once the change under way is complete: files renamed or removed, and the state that says so in place.
  func waitForWriter() { writing.withLock { _ in } }

  /// The state, after a look at the files where this is the first time; throws `LogMoved` where there are none.
  func opened() throws -> Snapshot {
    let now = snapshot
    switch now.stage {
    case .growing, .ended: return now
    case .gone: throw LogMoved()
    case .unopened: return try writing.withLock { _ in try open(create: false) }
    }
  }

  /// As `opened`, for those who hold `writing`.
  private func open(create: Bool) throws -> Snapshot {
    var now = snapshot
    if now.stage == .gone { throw LogMoved() }
    if now.stage != .unopened { return now }
    if try FileTree.status(folders.ended(job)) != nil {
      now.stage = .ended
    } else if try FileTree.status(folders.growing(job)) != nil {
      now.stage = .growing
    } else if try create && FileTree.status(folders.text(job)) == nil {
      now.stage = .growing
      now.text = []
      current.withLock { $0 = now }
      return now
    } else {
      // Marked under the lock, so that a writer who waits for it looks again and makes a new object.
      current.withLock { $0.stage = .gone }
      throw LogMoved()
    }
    now.index = try repair(ended: now.stage == .ended)
    current.withLock { $0 = now }
    return now
  }

  private func take(_ bytes: UnsafeRawBufferPointer, milliseconds: Int64, into next: inout Snapshot) throws {
    for start in stride(from: 0, to: bytes.count, by: Self.sliceSize) {
      let slice = bytes[start..<min(start + Self.sliceSize, bytes.count)]
      next.index.take(UnsafeRawBufferPointer(rebasing: slice), milliseconds: milliseconds)
      if next.index.pendingTimes.count >= Self.pendingLimit { try writePending(&next.index) }
    }
    let passed = milliseconds.subtractingReportingOverflow(next.flushedAt)
    if passed.overflow || passed.partialValue < 0 || passed.partialValue >= Self.pendingMilliseconds {
      try writePending(&next.index)
      next.flushedAt = milliseconds
    }
  }

  func writePending(_ index: inout LineIndex) throws {
    if index.pendingTimes.isEmpty { return }
    try write(index.pendingTimes, to: .times, at: index.timesWritten)
    try write(index.pendingPoints, to: .points, at: index.pointsWritten)
    index.wrotePending()
  }

  /// The first bytes make the file.
  private func write(_ bytes: [UInt8], to part: Part, at offset: Int64) throws {
    if !bytes.isEmpty { try file(part, offset == 0 ? .readWrite() : .update).write(bytes, at: offset) }
  }
}

extension LiveLog {
  /// Bytes of the log, from memory or the file; fewer than `count` at its end.
  func bytes(_ snapshot: Snapshot, count: Int, at offset: Int64) throws -> [UInt8] {
    if let text = snapshot.text { return text.piece(from: offset, limit: count) }
    return try file(.bytes).read(count: count, at: offset)
  }

  /// The files of the log.
  enum Part: CaseIterable {
    case bytes, times, points
  }

  private func forgetFiles() { for part in Part.allCases { files.forget(name(part)) } }

  private func name(_ part: Part) -> String { "\(owner).\(part)" }

  /// An open descriptor of a file. Only who writes its first bytes may create it: reopened later, an absent file is an
  /// error.
  func file(
    _ part: Part, _ mode: FileDescriptor.Mode = .update, ended: Bool? = nil
  ) throws(FileError) -> FileDescriptor {
    let path =
      switch part {
      case .bytes: (ended ?? (snapshot.stage == .ended)) ? folders.ended(job) : folders.growing(job)
      case .times: folders.times(job)
      case .points: folders.points(job)
      }
    return try files.descriptor(name(part)) { () throws(FileError) in try FileDescriptor.open(path, mode) }
  }
}
