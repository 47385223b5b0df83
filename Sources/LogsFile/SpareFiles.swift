internal import Concurrency
internal import Files

/// Emptied files of logs that have ended, kept for logs that begin.
///
/// A file system such as ext4 does not use a removed file's inode again for some seconds, and passes by all of those
/// whenever a file is made. With many short logs a second that search would cost more than everything else.
final class SpareFiles: Sendable {
  private static let limit = 16

  private struct State {
    var kept: [String] = []
    var last: UInt64 = 0
  }
  private let folder: String
  private let state = Lock(State())

  /// `folder` exists and is empty.
  init(_ folder: String) { self.folder = folder }

  /// Empties the file at `path`, which is open as `file`, and keeps it; not where there are enough.
  /// Whoever still reads it has to ask afterwards whether it was his log that he has read.
  func put(_ path: String, _ file: FileDescriptor) throws(FileError) {
    let name: String? = state.withLock { state in
      if state.kept.count >= Self.limit { return nil }
      state.last += 1
      return "\(folder)/\(state.last)"
    }
    guard let name else { return }
    try file.truncate(to: 0)
    try FileTree.rename(path, to: name)
    state.withLock { $0.kept.append(name) }
  }

  /// Moves a kept file, which is empty, to `path`, where none is; nothing happens where none is kept.
  func take(for path: String) {
    guard let name = state.withLock({ $0.kept.popLast() }) else { return }
    // Where this fails the caller makes a file, and hears of what is wrong.
    try? FileTree.rename(name, to: path)
  }
}
