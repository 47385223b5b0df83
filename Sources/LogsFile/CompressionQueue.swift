internal import Concurrency
internal import Files
internal import Glibc
internal import Model

/// Compresses ended logs one after the other, on one thread of low priority.
final class CompressionQueue: Sendable {
  private struct State {
    var queued: Set<JobID> = []
    var failed: Set<JobID> = []
    var stopping = false
    var idleWaiters: [CheckedContinuation<Void, Never>] = []
  }
  private let folders: LogFolders
  private let registry: LogRegistry
  private let space: FreeSpace
  private let report: @Sendable (JobID, any Error) -> Void
  private let thread = BlockingThreads(name: "log-compress", count: 1)
  private let state = Lock(State())

  init(
    _ folders: LogFolders, _ registry: LogRegistry, _ space: FreeSpace,
    report: @escaping @Sendable (JobID, any Error) -> Void
  ) {
    self.space = space
    self.folders = folders
    self.registry = registry
    self.report = report
    // On Linux this concerns the calling thread alone. Without it compression is merely less polite.
    thread.submit { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10) }
  }

  deinit { thread.stop() }

  /// Queues logs that have ended, and those that failed before: what failed them, a full disk, may have passed.
  func add(_ ended: [JobID]) {
    let jobs = state.withLock { state in
      let jobs = state.failed.union(ended).subtracting(state.queued)
      state.failed = []
      state.queued.formUnion(jobs)
      return jobs
    }
    for job in jobs {
      let queued = thread.submit { [weak self] in self?.work(job) }
      if !queued { finished(job) }
    }
  }

  /// Lets the log that is being compressed, and those queued, wait for the next start.
  func stop() {
    state.withLock { $0.stopping = true }
    thread.stop()
  }

  /// Returns when nothing is queued.
  func idle() async {
    await withCheckedContinuation { continuation in
      let now = state.withLock { state in
        if !state.queued.isEmpty { state.idleWaiters.append(continuation) }
        return state.queued.isEmpty
      }
      if now { continuation.resume() }
    }
  }

  private func work(_ job: JobID) {
    do { try compress(job) } catch is CancellationError {
      // The log stays as it is; the next start finds it.
    } catch is LogMoved {
      // Removed in between.
    } catch {
      let failure = LogAccess.translated(error, job)
      // A part that cannot be removed is removed at the next start.
      try? folders.removePart(job)
      state.withLock { state in _ = state.failed.insert(job) }
      report(job, failure)
    }
    finished(job)
  }

  private func finished(_ job: JobID) {
    let waiting = state.withLock { state in
      state.queued.remove(job)
      guard state.queued.isEmpty else { return [] as [CheckedContinuation<Void, Never>] }
      defer { state.idleWaiters = [] }
      return state.idleWaiters
    }
    for continuation in waiting { continuation.resume() }
  }

  private func compress(_ job: JobID) throws {
    if isStopping { throw CancellationError() }
    guard case .live(let log) = try registry.find(job) else { return }
    let snapshot = try log.opened()
    guard snapshot.stage == .ended else { return }
    let archiver = Archiver(
      log: log, snapshot: snapshot, folders: folders, space: space, isStopping: { [self] in isStopping })
    do {
      try archiver.makePart()
    } catch  where log.snapshot.stage == .gone {
      // Removed while it was compressed, which shows in whatever was read last.
      try folders.removePart(job)
      return
    }
    let published = try log.retire {
      try archiver.publish()
      try FileTree.synchronizeDirectory(folders.shard(job))
    }
    registry.forget(log)
    if !published { try folders.removePart(job) }
  }

  private var isStopping: Bool { state.withLock { $0.stopping } }
}
