internal import Concurrency
internal import Files

/// The folder of one `GitTool`: git's whole configuration, which all its programs share, an empty home, and beside it
/// the folders of those that have a credential. Another start's folders are beside it too, until `sweep`.
final class GitHome: Sendable {
  /// For this module's own few file operations; they last as long as the process.
  static let threads = BlockingThreads(name: "git-files", count: 2)

  private let root: String
  /// Where it is.
  let path: String
  private let making = Lock<Task<Void, any Error>?>(nil)

  /// A folder in `root`, which `make` makes.
  init(in root: String) {
    self.root = root
    path = "\(root)/\(Self.randomName())"
  }

  var configuration: String { "\(path)/config" }

  /// Makes the folder, once; where that failed, the next call tries again.
  func make() async throws {
    let task = making.withLock { making in
      if let making { return making }
      let task = Task { [path, configuration] in
        try await Self.threads.run {
          try FileTree.makeDirectory(path)
          try FileTree.writeAtomically(Array(Self.text.utf8), to: configuration)
        }
      }
      making = task
      return task
    }
    do { try await task.value } catch {
      making.withLock { if $0 == task { $0 = nil } }
      throw error
    }
  }

  /// Removes what other starts have left.
  func sweep() async throws {
    try await Self.threads.run { [root, path] in
      try FileTree.makeDirectory(root)
      for name in try FileTree.names(in: root) where "\(root)/\(name)" != path {
        try FileTree.removeTree("\(root)/\(name)")
      }
    }
  }

  static func randomName() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

  /// `safe.directory`: a repository belongs to another user where the driver has one for its jobs, or was made by
  /// somebody else; git would refuse it. Hooks and file monitor are off, so what a repository brings cannot make git
  /// run it.
  private static let text = """
    [safe]
    \tdirectory = *
    [core]
    \thooksPath = /dev/null
    \tfsmonitor = false
    [init]
    \tdefaultBranch = main
    \ttemplateDir =
    [submodule]
    \trecurse = false
    [advice]
    \tdetachedHead = false
    [gc]
    \tauto = 0
    [maintenance]
    \tauto = false
    [credential]
    \thelper =
    [http]
    \tlowSpeedLimit = 1
    \tlowSpeedTime = 120

    """
}
