internal import Concurrency
internal import Files

/// The folder of one address's mirror, locked for whoever has this object, also against other processes:
/// `lock`, which holds the size in bytes and was last changed when the mirror was last used, and the mirror itself, a
/// folder with a number for a name. A mirror that is made anew has the next number, so that whoever reads the old one
/// is not disturbed. Blocks, but for `open`.
final class GitMirrorFolder: Sendable {
  let path: String
  private let lock: FileLock

  private init(_ path: String, _ lock: FileLock) {
    self.path = path
    self.lock = lock
  }

  /// Makes the folder where it is missing, and waits until nobody else has it. Cancelling the task ends the wait.
  static func open(_ path: String) async throws -> GitMirrorFolder {
    while true {
      let file = try await GitHome.threads.run {
        try FileTree.makeDirectory(path)
        return try FileDescriptor.open("\(path)/lock", .readWrite())
      }
      let lock = try await wait(for: file)
      // Somebody may have removed the folder meanwhile.
      if try file.isStill(at: "\(path)/lock") { return GitMirrorFolder(path, lock) }
    }
  }

  /// The same for an existing one that nobody has; nil where it is in use. Throws an error whose `isNotFound` is true
  /// where there is none.
  static func tryOpen(_ path: String) throws(FileError) -> GitMirrorFolder? {
    let file = try FileDescriptor.open("\(path)/lock", .update)
    guard let lock = try FileLock(trying: file), try file.isStill(at: "\(path)/lock") else { return nil }
    return GitMirrorFolder(path, lock)
  }

  /// The number of the mirror; nil where there is none.
  func generation() throws(FileError) -> Int? { try FileTree.names(in: path).compactMap { Int($0) }.max() }

  /// The path of the mirror with this number.
  func path(of generation: Int) -> String { "\(path)/\(generation)" }

  /// Keeps the mirror with this number from being removed as long as the result lives.
  func hold(_ generation: Int) throws(FileError) -> FileLock {
    // Whoever removes it has this folder, so nobody is waited for.
    try FileLock(waitingFor: .open(path(of: generation), .directory), shared: true)
  }

  /// Removes everything but `generation`, as far as nobody reads it.
  func removeOthers(than generation: Int?) throws(FileError) {
    for name in try FileTree.names(in: path) where name != "lock" && name != generation.map({ "\($0)" }) {
      // What has no number is an unfinished one, and its maker is gone, or we would not have the lock.
      if let number = Int(name), try isRead(number) { continue }
      try FileTree.removeTree("\(path)/\(name)")
    }
  }

  /// True where somebody reads the mirror with this number.
  func isRead(_ generation: Int) throws(FileError) -> Bool {
    try FileLock(trying: .open(path(of: generation), .directory)) == nil
  }

  /// Notes that the mirror was used just now, and its size.
  func noteUse() throws(FileError) { try write(size: sizeText()) }

  /// Notes its size where a process ended before it could.
  func noteSize() throws(FileError) {
    let text = try sizeText()
    if try lock.file.read(count: 64, at: 0) != text { try write(size: text) }
  }

  private func sizeText() throws(FileError) -> [UInt8] {
    guard let generation = try generation() else { return [] }
    // Always as long, so that whoever reads it without the lock finds the old or the new one and no mixture.
    let digits = String(try FileTree.diskUsage(of: path(of: generation)))
    return Array((String(repeating: "0", count: max(0, 19 - digits.utf8.count)) + digits + "\n").utf8)
  }

  private func write(size text: [UInt8]) throws(FileError) {
    try lock.file.write(text, at: 0)
    try lock.file.truncate(to: Int64(text.count))
  }

  private static func wait(for file: FileDescriptor) async throws -> FileLock {
    if let lock = try FileLock(trying: file) { return lock }
    let waiting = Lock<CheckedContinuation<FileLock, any Error>?>(nil)
    let take: @Sendable () -> CheckedContinuation<FileLock, any Error>? = {
      waiting.withLock { waiting in
        defer { waiting = nil }
        return waiting
      }
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        waiting.withLock { $0 = continuation }
        if Task.isCancelled { take()?.resume(throwing: CancellationError()) }
        // Another process has it. Where the task does not wait any more, the lock ends as soon as it is taken.
        Thread.start(name: "git-lock") {
          let result = Result { try FileLock(waitingFor: file) }
          take()?.resume(with: result)
        }
      }
    } onCancel: {
      take()?.resume(throwing: CancellationError())
    }
  }
}
