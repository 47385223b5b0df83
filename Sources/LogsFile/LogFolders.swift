internal import Files
internal import Model

/// Where the files of logs are: those of logs that grow or wait for compression together in one small folder, which is
/// read at start; compressed ones by job number, 4,096 to a folder.
struct LogFolders: Sendable {
  /// Growing logs and what belongs to them.
  let live: String
  private let root: String

  init(_ root: String) {
    self.root = root
    live = root + "/live"
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
  /// The compressed bytes; complete where it exists.
  func text(_ job: JobID) -> String { "\(shard(job))/\(job).zst" }
  /// The compressed line index; complete where the compressed bytes are.
  func index(_ job: JobID) -> String { "\(shard(job))/\(job).times.zst" }
  /// The compressed bytes while they are made.
  func textPart(_ job: JobID) -> String { "\(live)/\(job).zst.part" }
  /// The compressed line index while it is made.
  func indexPart(_ job: JobID) -> String { "\(live)/\(job).times.zst.part" }

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

  /// Removes half-made compressed files.
  func removeParts(_ job: JobID) throws(FileError) {
    try FileTree.removeFile(textPart(job))
    try FileTree.removeFile(indexPart(job))
  }

  /// Removes a compressed log. The bytes go first: without them the log does not exist.
  func removeCompressed(_ job: JobID) throws(FileError) {
    try FileTree.removeFile(text(job))
    try FileTree.removeFile(index(job))
  }

  /// Makes the folders, sweeps what an earlier process left half-made, and returns the logs that wait for compression.
  func prepare() throws(FileError) -> [JobID] {
    try FileTree.makeDirectory(live)
    var waiting: [JobID] = []
    for name in try FileTree.names(in: live) {
      if name.hasSuffix(".part") || name.hasPrefix(".probe") { try FileTree.removeFile(live + "/" + name) }
      guard name.hasSuffix(".ended"), let number = Int64(name.dropLast(6)) else { continue }
      let job = JobID(rawValue: number)
      if try FileTree.status(text(job)) != nil {
        try removeLive(job)
      } else {
        waiting.append(job)
      }
    }
    return waiting
  }
}
