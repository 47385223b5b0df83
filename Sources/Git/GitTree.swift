internal import Planning
public import Programs

/// The files of one commit, read from a repository's objects and not from a working tree: what a build made of the
/// files, or a link among them, leads nowhere. Nothing that the repository's own configuration says is run or fetched.
public struct GitTree: Sendable {
  private let git: GitTool
  let repository: String
  let commit: String

  /// The tree of `commit`, a whole one, in the repository at the path `repository`: a bare one, or one with a `.git`.
  public init(_ git: GitTool, repository: String, commit: String) {
    self.git = git
    self.repository = repository
    self.commit = commit
  }

  /// Every file, link and submodule in the order of their paths, at most `limit`; and whether there are more. A path
  /// that is not UTF-8 is left out.
  public func entries(limit: Int = 200_000) async throws -> (entries: [TreeEntry], isTruncated: Bool) {
    var parser = GitTreeParser(limit: limit)
    do {
      try await command().stream(["-C", repository, "ls-tree", "-r", "-l", "-z", "--full-tree", checked()]) { bytes in
        try parser.take(bytes)
      }
    } catch is GitTreeParser.Full {
      return (parser.entries, true)
    }
    return (parser.entries, false)
  }

  /// The bytes of these files, of a link the path that it holds; what is not there, is a folder, or has more than `limit`
  /// bytes is left out. All of them are held in memory.
  public func contents(of paths: [String], limit: Int = 1 << 20) async throws -> [String: [UInt8]] {
    // Each is a line of git's input, and `../x` would end git.
    let readable = paths.filter { relativePathProblem($0) == nil }
    guard !readable.isEmpty else { return [:] }
    let commit = try checked()
    let input = readable.map { "\(commit):\($0)\n" }.joined()
    var parser = GitBlobParser(paths: readable, limit: limit)
    try await command().stream(["-C", repository, "cat-file", "--batch"], input: Array(input.utf8)) { parser.take($0) }
    return parser.contents
  }

  func command() async throws -> GitCommand {
    GitCommand(environment: try await git.localEnvironment(), address: nil)
  }

  private func checked() throws -> String {
    guard isGitCommit(commit) else { throw GitFailure(.unknownReference, "'\(commit)' is not a whole commit") }
    return commit
  }
}
