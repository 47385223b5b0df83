internal import Compression
internal import Concurrency
internal import Files
internal import Logs
internal import Model

/// Brings logs that have ended into an archive elsewhere, and lets go what is here of them once the ends of their jobs are
/// stored.
final class LogShipping: Sendable {
  private struct State {
    /// Those that are in the archive, and here as well.
    var shipped: Set<JobID> = []
    /// Those that an earlier process has left, whose jobs may have ended since, here or elsewhere.
    var left: Set<JobID> = []
    var isWorking = false
  }

  let archive: any LogArchive
  /// For reading what is in the archive, which may have to be waited for: what is here is read by others.
  let readers = BlockingThreads(name: "log-archive", count: 4)
  private let writers = BlockingThreads(name: "log-compress", count: 2)
  private let folders: LogFolders
  private let registry: LogRegistry
  private let space: FreeSpace
  private let small: any SmallLogs
  private let report: @Sendable (JobID, any Error) -> Void
  private let turns = KeyedTurns<JobID>()
  private let state = Lock(State())

  init(
    to archive: any LogArchive, _ folders: LogFolders, _ registry: LogRegistry, _ space: FreeSpace,
    small: any SmallLogs, report: @escaping @Sendable (JobID, any Error) -> Void
  ) {
    self.archive = archive
    self.folders = folders
    self.registry = registry
    self.space = space
    self.small = small
    self.report = report
  }

  deinit { stop() }

  func stop() {
    readers.stop()
    writers.stop()
  }

  /// Puts a log in files, which has ended, into the archive; durable there on return. Again is fine.
  func ship(_ job: JobID) async throws {
    try await turns.withTurn(of: job) {
      if state.withLock({ $0.shipped.contains(job) }) { return }
      guard let part = try await writers.run({ [self] in try makePart(job) }) else { return }
      try await archive.store(job, part.file, size: part.size)
      state.withLock { _ = $0.shipped.insert(job) }
    }
  }

  /// Compresses a log; nil where it is not one that has ended and is here in files.
  private func makePart(_ job: JobID) throws -> (file: FileDescriptor, size: Int64)? {
    do {
      guard case .live(let log) = try registry.find(job) else { return nil }
      let snapshot = try log.opened()
      guard snapshot.stage == .ended else { return nil }
      try Archiver(log: log, snapshot: snapshot, folders: folders, space: space, isStopping: { false }).makePart()
      let file = try FileDescriptor.open(folders.part(job))
      return (file, try file.size())
    } catch is LogMoved {
      return nil
    } catch {
      // A part that cannot be removed is removed at the next start.
      try? folders.removePart(job)
      throw LogAccess.translated(error, job)
    }
  }

  /// The ends of the logs' jobs are stored: what is here of them goes.
  func settle(_ jobs: [JobID]) {
    let shipped = jobs.filter { job in state.withLock { $0.shipped.contains(job) } }
    for job in shipped { writers.submit { [self] in letGo(job) } }
    finishLeft()
  }

  private func letGo(_ job: JobID) {
    do {
      if case .live(let log) = try registry.find(job) {
        _ = try log.retire {}
        registry.forget(log)
      }
      try folders.removePart(job)
    } catch {
      report(job, LogAccess.translated(error, job))
    }
    state.withLock { state in
      state.shipped.remove(job)
      state.left.remove(job)
    }
  }

  /// Takes up logs that an earlier process has left here, in the background.
  func takeUp(_ left: [JobID]) {
    state.withLock { $0.left.formUnion(left) }
    finishLeft()
  }

  private func finishLeft() {
    let jobs = state.withLock { state -> Set<JobID> in
      if state.isWorking || state.left.isEmpty { return [] }
      state.isWorking = true
      return state.left
    }
    if jobs.isEmpty { return }
    Task {
      for job in jobs.sorted() {
        do { try await finish(job) } catch is CancellationError {
          // The process ends; the next start finds it.
        } catch {
          report(job, error)
        }
      }
      state.withLock { $0.isWorking = false }
    }
  }

  /// What the store of jobs says of a job counts, and what the archive has of it: a server that has led meanwhile may
  /// have ended it with another log.
  private func finish(_ job: JobID) async throws {
    let isKept = try await small.smallLog(of: job) != nil
    if !isKept {
      guard try await small.hasLargeLog(of: job) else { return }
      if try await archive.open(job) == nil { try await ship(job) }
      guard try await archive.open(job) != nil else { return }
    }
    try await writers.run { [self] in letGo(job) }
  }
}

/// An archived log as what a seekable file is read from.
struct ArchivedSource: SeekableSource {
  let bytes: any ArchivedBytes

  func size() throws -> Int64 { bytes.size }
  func read(count: Int, at offset: Int64) throws -> [UInt8] { try bytes.read(count: count, at: offset) }
}
