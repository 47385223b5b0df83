internal import Concurrency
internal import Files
internal import Glibc
internal import Logs
internal import Model

/// The log is no longer in the files that this object stands for: it was compressed or removed. Look again.
struct LogMoved: Error {}

/// A log that grows, or has ended and waits for compression: one file of bytes, and two of the line index, which exist
/// once something was written to them.
///
/// Writers take `writing` for their whole work. Readers take a copy of the state, which describes bytes that never
/// change again, and read without a lock. Nothing in memory grows with the log.
final class LiveLog: Sendable {
  /// Entries are written when there are so many bytes of them, ...
  static let pendingLimit = 8 << 10
  /// ... or when so many milliseconds of the job have passed.
  static let pendingMilliseconds: Int64 = 1000
  /// A log of at most so many bytes is compressed as it ends, which costs less than to keep it for later.
  static let smallSize: Int64 = 64 << 10
  private static let sliceSize = 256 << 10

  enum Stage {
    /// Nobody has looked at the files yet.
    case unopened
    case growing
    case ended
    /// Compressed, removed, or never there.
    case gone
  }

  struct Snapshot {
    var stage = Stage.unopened
    var index = LineIndex()
    var flushedAt: Int64 = 0

    var state: LogState { LogState(size: index.size, lines: index.lineCount, ended: stage == .ended) }
  }

  let job: JobID
  private let folders: LogFolders
  private let files: DescriptorCache
  private let spares: SpareFiles
  private let space: FreeSpace
  private let owner: UInt64
  private let writing = Lock(())
  private let current = Lock(Snapshot())

  init(_ job: JobID, _ folders: LogFolders, _ files: DescriptorCache, _ spares: SpareFiles, _ space: FreeSpace) {
    self.job = job
    self.spares = spares
    self.space = space
    self.folders = folders
    self.files = files
    owner = files.newOwner()
  }

  /// What is known without touching the files.
  var snapshot: Snapshot { current.withLock { $0 } }

  /// Appends as `LogStore.append` says. All or nothing: after an error, the state is the one before.
  func append(at offset: Int64, _ bytes: [UInt8], milliseconds: Int64) throws -> LogState {
    try writing.withLock { _ in
      var next = try open(create: offset == 0)
      guard next.stage == .growing else { throw LogError.ended(job) }
      let size = next.index.size
      guard offset <= size else { throw LogError.gap(job, expected: size) }
      guard size - offset < Int64(bytes.count) else { return next.state }
      try space.claim(Int64(bytes.count))
      do {
        try bytes.withUnsafeBytes { buffer in
          let new = UnsafeRawBufferPointer(rebasing: buffer[Int(size - offset)...])
          try file(.bytes).write(new, at: size)
          try take(new, milliseconds: milliseconds, into: &next)
        }
      } catch {
        // What was written beyond the size is not part of the log. Cutting it off only keeps a later start from
        // taking it for one, and it would be the beginning of these very bytes: failing to cut does no harm.
        try? file(.bytes).truncate(to: size)
        throw error
      }
      current.withLock { $0 = next }
      return next.state
    }
  }

  /// Ends the log, durably.
  func end() throws -> LogState {
    try writing.withLock { _ in
      var next = try open(create: true)
      if next.stage == .ended { return next.state }
      next.index.finish()
      if let state = try compress(next) { return state }
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
      return next.state
    }
  }

  /// Puts the compressed form of a small log in its place; nil where that cannot be, as on a full disk.
  private func compress(_ last: Snapshot) throws -> LogState? {
    guard last.index.size <= Self.smallSize else { return nil }
    var ended = last
    ended.stage = .ended
    let archiver = Archiver(log: self, snapshot: ended, folders: folders, space: space, isStopping: { false })
    do {
      try archiver.makePart()
      try archiver.publish()
    } catch {
      // It ends like a large one, and what keeps it from being compressed is reported when that is tried again. A part
      // that cannot be removed is removed then too.
      try? folders.removePart(job)
      return nil
    }
    // From here on the compressed log is the one that counts, whatever fails.
    defer { forgetFiles() }
    current.withLock { $0 = Snapshot(stage: .gone) }
    try FileTree.synchronizeDirectory(folders.shard(job))
    try spares.put(folders.growing(job), file(.bytes))
    try folders.removeLive(job)
    return ended.state
  }

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

  /// Throws `LogMoved` where what was just read may have been another log's, whose file this one's has become.
  func confirm() throws { if snapshot.stage == .gone { throw LogMoved() } }

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
      spares.take(for: folders.growing(job))
      _ = try file(.bytes, .readWrite(), ended: false)
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
