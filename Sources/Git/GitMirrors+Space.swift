internal import Concurrency
internal import Files

extension GitMirrors {
  /// Removes what an earlier process left unfinished, and the mirrors that are too many.
  func sweep() async throws {
    try await Self.threads.run { [root] in
      try FileTree.makeDirectory(root)
      for name in try FileTree.names(in: root) {
        let path = "\(root)/\(name)"
        guard try FileTree.status("\(path)/lock") != nil else {
          try FileTree.removeTree(path)
          continue
        }
        guard let folder = try Self.tryOpen(path) else { continue }
        try folder.removeOthers(than: folder.generation())
        try folder.noteSize()
      }
    }
    await trim(to: limit)
  }

  /// Removes the mirrors that were used longest ago until the rest has at most `limit` bytes, but for those in use.
  func trim(to limit: Int64) async {
    try? await Self.threads.run { [root] in try Self.trim(root, to: limit) }
  }

  /// The same without waiting for it.
  func trimLater() {
    Self.threads.submit { [root, limit] in try? Self.trim(root, to: limit) }
  }

  private static let removedPrefix = "removed-"

  private static func trim(_ root: String, to limit: Int64) throws {
    var mirrors: [(path: String, size: Int64, used: Int64)] = []
    for name in try FileTree.names(in: root) where !name.hasPrefix(removedPrefix) {
      let path = "\(root)/\(name)"
      guard let status = try FileTree.status("\(path)/lock") else { continue }
      let text = try FileTree.contents(of: "\(path)/lock", limit: 64)
      mirrors.append((path, Int64(String(decoding: text.dropLast(), as: UTF8.self)) ?? 0, status.modified))
    }
    var total = mirrors.reduce(0) { $0 + $1.size }
    // Without a size there is no mirror: it could not be made.
    for mirror in mirrors.sorted(by: { $0.used < $1.used }) where total > limit || mirror.size == 0 {
      if try remove(mirror.path, in: root, ifEmpty: mirror.size == 0) { total -= mirror.size }
    }
  }

  /// Removes a mirror; false where it is in use, or has been made since it was found to be empty.
  private static func remove(_ path: String, in root: String, ifEmpty isEmpty: Bool) throws -> Bool {
    guard let folder = try tryOpen(path) else { return false }
    let generation = try folder.generation()
    if try isEmpty && generation != nil || generation.map(folder.isRead) == true { return false }
    // In one step: whoever opens it from here on makes a new one.
    let removed = "\(root)/\(removedPrefix)\(GitHome.randomName())"
    try FileTree.rename(path, to: removed)
    try FileTree.removeTree(removed)
    return true
  }

  private static func tryOpen(_ path: String) throws -> GitMirrorFolder? {
    do throws(FileError) { return try GitMirrorFolder.tryOpen(path) } catch  where error.isNotFound { return nil }
  }
}
