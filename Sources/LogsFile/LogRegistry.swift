internal import Concurrency
internal import Compression
internal import Files
internal import Logs
internal import Model

/// Where a log is.
enum FoundLog {
  case live(LiveLog)
  case archived(ArchivedLog)
  /// Kept by others.
  case kept(KeptLog)
  case none
}

/// The logs in use: every growing one, and the compressed ones read last.
final class LogRegistry: Sendable {
  private struct State {
    var live: [JobID: LiveLog] = [:]
    var archived: [JobID: (log: ArchivedLog, used: UInt64)] = [:]
    var clock: UInt64 = 0
    var removals: UInt64 = 0
  }
  /// A compressed log holds a descriptor and at most 600 KB.
  private static let archivedLimit = 8

  private let folders: LogFolders
  private let files: DescriptorCache
  private let space: FreeSpace
  private let journal: LogJournal
  private let smallLimit: Int64
  private let state = Lock(State())

  init(
    _ folders: LogFolders, _ files: DescriptorCache, _ journal: LogJournal, _ space: FreeSpace, smallLimit: Int64
  ) {
    self.space = space
    self.folders = folders
    self.files = files
    self.journal = journal
    self.smallLimit = smallLimit
  }

  /// The state of a growing log that is in memory.
  func known(_ job: JobID) -> LogState? {
    guard let snapshot = state.withLock({ $0.live[job] })?.snapshot else { return nil }
    return snapshot.stage == .growing || snapshot.stage == .ended ? snapshot.state : nil
  }

  /// Finds a log, in memory or on the disk.
  func find(_ job: JobID) throws -> FoundLog {
    if let live = state.withLock({ $0.live[job] }), !hasGone(live) { return .live(live) }
    if let archived = recentlyRead(job) { return .archived(archived) }
    // A compressed log is complete, so it counts more than an original whose removal did not end. It is looked for
    // again because it may have taken the original's place in between.
    if try exists(folders.text(job)) { return .archived(try openArchived(job)) }
    if try exists(folders.growing(job)) || exists(folders.ended(job)) { return .live(live(job)) }
    if try exists(folders.text(job)) { return .archived(try openArchived(job)) }
    return .none
  }

  /// Whether the log is here, in memory or on the disk.
  func isHere(_ job: JobID) throws -> Bool {
    if state.withLock({ $0.live[job] }) != nil { return true }
    return try exists(folders.text(job)) || exists(folders.growing(job)) || exists(folders.ended(job))
  }

  /// The object for a log in the live folder, there or to be made; the same for all who ask.
  func live(_ job: JobID) -> LiveLog {
    while true {
      let live = state.withLock { state in
        if let live = state.live[job] { return live }
        let live = LiveLog(job, folders, files, journal, space, smallLimit: smallLimit)
        state.live[job] = live
        return live
      }
      if !hasGone(live) { return live }
    }
  }

  /// Whether the log has gone for good; then it is forgotten.
  private func hasGone(_ live: LiveLog) -> Bool {
    guard live.snapshot.stage == .gone else { return false }
    // The files of the log that has gone must not be taken for those of a new one.
    live.waitForWriter()
    forget(live)
    return true
  }

  /// Returns once no change of the log's files is under way.
  func waitForWriter(_ job: JobID) { state.withLock { $0.live[job] }?.waitForWriter() }

  /// A log that is being ended goes on.
  func unseal(_ job: JobID) { state.withLock { $0.live[job] }?.unseal() }

  /// Forgets a sealed log, which others keep from now on.
  func settle(_ job: JobID) {
    guard let log = state.withLock({ $0.live[job] }) else { return }
    log.settle()
    forget(log)
  }

  /// Forgets `log` where it is the one known.
  func forget(_ log: LiveLog) {
    state.withLock { state in
      if state.live[log.job] === log { state.live[log.job] = nil }
    }
  }

  /// Forgets a compressed log whose files are removed.
  func removedArchived(_ job: JobID) {
    state.withLock { state in
      state.archived[job] = nil
      state.removals += 1
    }
  }

  private func exists(_ path: String) throws(FileError) -> Bool { try FileTree.status(path) != nil }

  /// A compressed log that was read a short time ago.
  func recentlyRead(_ job: JobID) -> ArchivedLog? {
    state.withLock { state in
      guard let kept = state.archived[job] else { return nil }
      state.clock += 1
      state.archived[job]?.used = state.clock
      return kept.log
    }
  }

  private func openArchived(_ job: JobID) throws -> ArchivedLog {
    try openArchived(job) { try ArchivedLog(FileDescriptor.open(folders.text(job))) }
  }

  /// Opens a compressed log by `open`, and keeps it for who reads it next.
  func openArchived(_ job: JobID, _ open: () throws -> ArchivedLog) throws -> ArchivedLog {
    let removals = state.withLock { $0.removals }
    let log = try open()
    state.withLock { state in
      // Removed while it was opened: the open files serve this one read, and must not be found again.
      guard state.removals == removals else { return }
      state.clock += 1
      if state.archived.count >= Self.archivedLimit,
        let oldest = state.archived.min(by: { $0.value.used < $1.value.used })
      {
        state.archived[oldest.key] = nil
      }
      state.archived[job] = (log, state.clock)
    }
    return log
  }
}
