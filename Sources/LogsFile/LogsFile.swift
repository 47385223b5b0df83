internal import Compression
internal import Concurrency
internal import Files
public import Logs
public import Model

/// Logs in files of a folder: bytes and a line index while a log grows, a seekable zstd file once it has ended. A log
/// that is still small at its end has no file at all: until then it is in memory and in a journal that all of them
/// share, and afterwards where `SmallLogs` keeps it.
///
/// With an archive elsewhere, the compressed files are there instead, before `end` returns, and nothing is left here.
///
/// Memory is constant for each growing log, whatever its size, and open files are bounded. The last space of the file
/// system is left to others (`FreeSpace`): a log then grows no more. A growing log survives the
/// end of the process; an ended one the end of the machine.
public final class LogsFile: LogStore {
  /// The most bytes that one `read` answers.
  public static let maximumRead = 4 << 20
  private let folders: LogFolders
  private let files: DescriptorCache
  private let registry: LogRegistry
  private let journal: LogJournal
  private let small: any SmallLogs
  private let waiters = LogWaiters()
  private let space: FreeSpace
  private let threads: BlockingThreads
  private let compression: CompressionQueue
  /// Nil where compressed logs stay in the folder.
  private let shipping: LogShipping?

  /// A store in `directory`, which is made where it does not exist and belongs to this store alone; `small` keeps its
  /// small logs. Finishes in the background what an earlier process has left. Blocks for a moment: call it at start.
  /// `report` hears of a compression that failed; the log stays readable and is compressed later.
  public convenience init(
    directory: String, small: any SmallLogs, archive: (any LogArchive)? = nil, threads: Int = 4,
    report: @escaping @Sendable (JobID, any Error) -> Void
  ) async throws {
    try await self.init(
      directory: directory, small: small, archive: archive, threads: threads, descriptorLimit: 192, report: report)
  }

  /// As above; logs of more than `smallLimit` bytes get files.
  init(
    directory: String, small: any SmallLogs, archive: (any LogArchive)? = nil, threads: Int, descriptorLimit: Int,
    smallLimit: Int64 = LiveLog.standardSmallLimit, measure: FreeSpace.Measure? = nil,
    report: @escaping @Sendable (JobID, any Error) -> Void
  ) async throws {
    folders = LogFolders(directory)
    self.small = small
    files = DescriptorCache(capacity: descriptorLimit)
    space = FreeSpace(of: directory, for: .logs, measure: measure)
    let left = try folders.prepare()
    var begun = BegunLogs()
    journal = try LogJournal(folders.journal) { begun.take($0) }
    registry = LogRegistry(folders, files, journal, space, smallLimit: smallLimit)
    let room = FreeSpace(of: directory, for: .compression, measure: measure)
    compression = CompressionQueue(folders, registry, room, report: report)
    let (folders, registry) = (folders, registry)
    shipping = archive.map { LogShipping(to: $0, folders, registry, room, small: small, report: report) }
    self.threads = BlockingThreads(name: "logs", count: threads)
    try await restore(begun)
    if let shipping { shipping.takeUp(left.ended + left.growing) } else { compression.add(left.ended) }
  }

  /// Takes up the small logs that an earlier process has left, where they have not ended or become files since.
  private func restore(_ begun: BegunLogs) async throws {
    for (job, log) in begun.logs {
      var isKept = try await small.smallLog(of: job) != nil
      if !isKept, shipping != nil { isKept = try await small.hasLargeLog(of: job) }
      if try isKept || folders.overrules(job, size: log.index.size) {
        try journal.forget(job)
      } else {
        registry.live(job).restore(log.text, log.index)
      }
    }
  }

  deinit { stop() }

  /// Ends the store's threads after the work already begun. A compression that is under way is left for the next
  /// start. Later calls throw `CancellationError`.
  public func stop() {
    compression.stop()
    shipping?.stop()
    threads.stop()
  }

  /// Returns once no ended log waits for compression, failed ones apart.
  public func compressed() async { await compression.idle() }

  /// Appends as `LogStore` says: one write of the bytes, and for a log in files of the index now and then; nothing is
  /// synchronised.
  public func append(
    _ job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64
  ) async throws -> Int64 {
    guard offset >= 0 else { throw LogError.negativeOffset(job, offset) }
    let state = try await perform(job) { found, registry in
      switch found {
      case .archived, .kept: throw LogError.ended(job)
      case .none where offset > 0: throw LogError.gap(job, expected: 0)
      case .none where bytes.isEmpty: return LogState(size: 0, lines: 0, ended: false)
      case .none: return try registry.live(job).append(at: offset, bytes, milliseconds: elapsedMilliseconds)
      case .live(let log): return try log.append(at: offset, bytes, milliseconds: elapsedMilliseconds)
      }
    }
    waiters.changed(job, state)
    return state.size
  }

  /// Ends logs as `LogStore` says. Those in files are compressed in the background.
  public func end<Result>(
    _ jobs: [JobID], _ store: ([JobID: EndedLog]) async throws -> Result
  ) async throws -> Result {
    var ended: [JobID: EndedLog] = [:]
    do {
      for job in jobs { ended[job] = try await end(job) }
      if let shipping { for (job, log) in ended where log.content == nil { try await shipping.ship(job) } }
      let result = try await store(ended)
      settle(ended)
      return result
    } catch {
      for (job, log) in ended where log.content != nil { registry.unseal(job) }
      throw error
    }
  }

  /// Ends a log in files; a small one is only sealed.
  private func end(_ job: JobID) async throws -> EndedLog {
    let (log, isCompressed) = try await perform(job) { found, registry in
      switch found {
      case .archived(let log): (EndedLog(state: log.state), true)
      case .kept(let log): (EndedLog(state: log.state), true)
      case .none: (try registry.live(job).end(), false)
      case .live(let log): (try log.end(), false)
      }
    }
    // Also with nothing new: what failed to be compressed is tried again.
    if shipping == nil { compression.add(log.content == nil && !isCompressed ? [job] : []) }
    if log.content == nil { waiters.changed(job, log.state) }
    return log
  }

  /// The small ones among these logs are kept elsewhere now.
  private func settle(_ ended: [JobID: EndedLog]) {
    let kept = ended.filter { $0.value.content != nil }
    shipping?.settle(ended.filter { $0.value.content == nil }.map(\.key))
    for job in kept.keys { registry.settle(job) }
    // Nobody waits for it: an old beginning would be found out at the next start.
    threads.submit { [journal] in for job in kept.keys { try? journal.forget(job) } }
    for (job, log) in kept { waiters.changed(job, log.state) }
  }

  /// Where the log stands; for a growing log from memory.
  public func state(_ job: JobID) async throws -> LogState {
    if let known = registry.known(job) { return known }
    return try await perform(job) { found, _ in
      switch found {
      case .archived(let log): log.state
      case .kept(let log): log.state
      case .live(let log): try log.opened().state
      case .none: LogState(size: 0, lines: 0, ended: false)
      }
    }
  }

  /// The bytes from `offset`, at most `limit` and `maximumRead`.
  public func read(_ job: JobID, from offset: Int64, limit: Int) async throws -> [UInt8] {
    guard offset >= 0 else { throw LogError.negativeOffset(job, offset) }
    guard limit > 0 else { return [] }
    let limit = min(limit, Self.maximumRead)
    return try await perform(job) { found, _ in
      switch found {
      case .archived(let log): try log.read(from: offset, limit: limit)
      case .kept(let log): log.read(from: offset, limit: limit)
      case .live(let log): try log.read(from: offset, limit: limit)
      case .none: []
      }
    }
  }

  /// The lines from number `first`, found by one read of the index; at most 100,000 lines and 4 MiB at a time.
  public func lines(_ job: JobID, from first: Int64, limit: Int, byteLimit: Int) async throws -> [LogLine] {
    guard first >= 0 else { throw LogError.negativeOffset(job, first) }
    guard limit > 0 else { return [] }
    return try await perform(job) { found, _ in
      switch found {
      case .archived(let log): try log.lines(from: first, limit: limit, byteLimit: byteLimit)
      case .kept(let log): try log.lines(from: first, limit: limit, byteLimit: byteLimit)
      case .live(let log): try log.lines(from: first, limit: limit, byteLimit: byteLimit)
      case .none: []
      }
    }
  }

  /// Waits for a change; the change itself wakes, however many wait.
  public func changed(_ job: JobID, beyond size: Int64) async throws -> LogState {
    try Task.checkCancellation()
    let ticket = waiters.register(job, beyond: size)
    do {
      let now = try await state(job)
      if !now.ended && now.size <= size { return try await waiters.wait(ticket) }
      waiters.cancel(ticket)
      return now
    } catch {
      waiters.cancel(ticket)
      throw error
    }
  }

  /// Removes the log in every form; those who wait for it are told that it has ended.
  public func delete(_ job: JobID) async throws {
    try await perform(job) { [folders] found, registry in
      if case .live(let log) = found {
        _ = try log.retire {}
        registry.forget(log)
      }
      try folders.removeCompressed(job)
      registry.removedArchived(job)
    }
    if let shipping, try await small.hasLargeLog(of: job) { try await shipping.archive.delete(job) }
    // Before the content goes, whose being there tells that the journal's beginning is an old one.
    try await threads.run { [journal] in try journal.forget(job) }
    try await small.removeSmallLog(of: job)
    // Whoever follows the log has nothing to wait for any more.
    waiters.changed(job, LogState(size: 0, lines: 0, ended: true))
  }

  /// Asks the file system for its free space.
  public func checkSpace() async throws { try await threads.run { [space] in try space.check() } }

  /// Writes and removes a byte, where there is space for more.
  public func check() async throws {
    let folder = folders.live
    try await threads.run { [space] in
      try space.check()
      let path = "\(folder)/.probe-\(UInt64.random(in: 0 ... .max))"
      let file = try FileDescriptor.open(path, .createNew())
      let written = Result { try file.write([0], at: 0) }
      try FileTree.removeFile(path)
      try written.get()
    }
  }

  /// Finds the log and works on it, on a thread for blocking work; again where it was moved in between.
  private func perform<Value: Sendable>(
    _ job: JobID, _ body: @escaping @Sendable (FoundLog, LogRegistry) throws -> Value
  ) async throws -> Value {
    while true {
      let isKnown = registry.known(job) != nil
      // One that is in memory is not kept yet.
      if !isKnown, let kept = try await kept(job) { return try body(.kept(kept), registry) }
      if !isKnown, let shipping, let archived = try await archived(job, by: shipping) {
        return try await shipping.readers.run { [registry] in
          do { return try body(.archived(archived), registry) } catch { throw LogAccess.translated(error, job) }
        }
      }
      do {
        return try await threads.run { [registry] in
          try LogAccess.perform(job, registry, wasKnown: isKnown, body)
        }
      } catch is LogLeft {
        // It ended meanwhile: the next round finds it where it is now. It leaves once.
      }
    }
  }

  /// A log that has ended and is not here.
  private func archived(_ job: JobID, by shipping: LogShipping) async throws -> ArchivedLog? {
    if try await threads.run({ [registry] in try registry.isHere(job) }) { return nil }
    if let read = registry.recentlyRead(job) { return read }
    guard try await small.hasLargeLog(of: job), let bytes = try await shipping.archive.open(job) else { return nil }
    return try await shipping.readers.run { [registry] in
      do { return try registry.openArchived(job) { try ArchivedLog(ArchivedSource(bytes: bytes)) } } catch {
        throw LogAccess.translated(error, job)
      }
    }
  }

  private func kept(_ job: JobID) async throws -> KeptLog? {
    do { return try await small.smallLog(of: job).map(KeptLog.init) } catch {
      throw LogAccess.translated(error, job)
    }
  }
}
