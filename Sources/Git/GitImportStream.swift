internal import Model
internal import Planning

/// The input of `git fast-import` that makes one commit on top of another and prints its name.
/// https://git-scm.com/docs/git-fast-import
struct GitImportStream {
  /// Nothing reads this ref but whoever pushes the commit.
  static let ref = "refs/heads/new"

  let push: GitBranchPush
  let parent: String

  /// Throws `GitFailure` for a path that is none in a repository.
  func bytes(_ changes: [GitFileChange]) throws(GitFailure) -> [UInt8] {
    let seconds = push.date.milliseconds / 1000 - (push.date.milliseconds % 1000 < 0 ? 1 : 0)
    var bytes = Array("feature done\ncommit \(Self.ref)\nmark :1\n".utf8)
    for role in ["author", "committer"] { bytes += Array("\(role) \(push.author) \(seconds) +0000\n".utf8) }
    bytes += Self.data(Array(push.message.utf8)) + Array("from \(parent)\n".utf8)
    for change in changes {
      if let problem = relativePathProblem(change.path) {
        throw GitFailure(.other, "the path '\(change.path)' \(problem); it cannot be committed")
      }
      let path = GitCloneFiles.quoted(change.path)
      switch change {
      case .write(_, let content): bytes += Array("M 100644 inline \(path)\n".utf8) + Self.data(content)
      case .remove: bytes += Array("D \(path)\n".utf8)
      }
    }
    return bytes + Array("\nget-mark :1\ndone\n".utf8)
  }

  private static func data(_ content: [UInt8]) -> [UInt8] { Array("data \(content.count)\n".utf8) + content + [10] }
}
