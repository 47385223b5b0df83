internal import Files
internal import Model

/// Where the files of logs are: those of logs that grow or wait for compression together in one small folder, which is
/// read at start; compressed ones by job number, 4,096 to a folder.
struct LogFolders: Sendable {
  /// Growing logs and what belongs to them.
  let live: String
  /// The beginnings of growing logs.
  let journal: String
  private let root: String

  init(_ root: String) {
    self.root = root
    live = root + "/live"
    journal = root + "/journal"
  }

  /// The bytes of a log that grows.
  func growing(_ job: JobID) -> String { "\(live)/\(job).log" }
  /// The bytes of a log that has ended; the name alone says so.
  func ended(_ job: JobID) -> String { "\(live)/\(job).ended" }
  /// The entries of the line index.
  func times(_ job: JobID) -> String { "\(live)/\(job).times" }
  /// The points of the line index.
  func points(_ job: JobID) -> String { "\(live)/\(job).points" }
  /// The folder of the compressed log.
  func shard(_ job: JobID) -> String { "\(root)/\(job.rawValue >> 12)" }
  /// The compressed log; complete where it exists.
  func text(_ job: JobID) -> String { "\(shard(job))/\(job).zst" }
  /// The compressed log while it is made.
  func part(_ job: JobID) -> String { "\(live)/\(job).zst.part" }

  /// Whether files say more of a log than a beginning of `size` bytes in the journal. Where they do not, as when the
  /// process ended while it made them, they are removed.
  func overrules(_ job: JobID, size: Int64) throws -> Bool {
    if try FileTree.status(text(job)) != nil || FileTree.status(ended(job)) != nil { return true }
    guard let file = try FileTree.status(growing(job)) else { return false }
    if file.size > size { return true }
    try removeLive(job)
    return false
  }

  /// Removes the files of a log that grew. The bytes go last: without them the rest has no meaning.
  func removeLive(_ job: JobID) throws(FileError) {
    try FileTree.removeFile(times(job))
    try FileTree.removeFile(points(job))
    try FileTree.removeFile(growing(job))
    try FileTree.removeFile(ended(job))
  }

  /// Makes the folder of a compressed log, durably.
  func makeShard(_ job: JobID) throws(FileError) {
    if try FileTree.status(shard(job)) != nil { return }
    try FileTree.makeDirectory(shard(job))
    try FileTree.synchronizeDirectory(root)
  }

  /// Removes a half-made compressed log.
  func removePart(_ job: JobID) throws(FileError) { try FileTree.removeFile(part(job)) }

  /// Removes a compressed log.
  func removeCompressed(_ job: JobID) throws(FileError) { try FileTree.removeFile(text(job)) }

  /// Makes the folders, sweeps what an earlier process left half-made, and returns the logs that are here: those that
  /// have ended and wait for compression, and those that grow.
  func prepare() throws(FileError) -> (ended: [JobID], growing: [JobID]) {
    try FileTree.makeDirectory(live)
    // Earlier versions kept emptied files for use again.
    try FileTree.removeTree(root + "/spare")
    var (waiting, growing) = ([JobID](), [JobID]())
    for name in try FileTree.names(in: live) {
      if name.hasSuffix(".part") || name.hasPrefix(".probe") { try FileTree.removeFile(live + "/" + name) }
      guard let (job, hasEnded) = log(named: name) else { continue }
      if try FileTree.status(text(job)) != nil {
        try removeLive(job)
      } else if hasEnded {
        waiting.append(job)
      } else {
        growing.append(job)
      }
    }
    return (waiting, growing)
  }

  private func log(named name: String) -> (job: JobID, hasEnded: Bool)? {
    for (suffix, hasEnded) in [(".log", false), (".ended", true)] where name.hasSuffix(suffix) {
      return Int64(name.dropLast(suffix.count)).map { (JobID(rawValue: $0), hasEnded) }
    }
    return nil
  }
}
