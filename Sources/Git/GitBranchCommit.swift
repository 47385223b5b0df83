internal import Concurrency
internal import Files
internal import Planning

/// A commit on top of a branch of a mirror, and its way to the server, in a repository of its own that takes everything
/// else from the mirror.
///
/// The commit is a function of its parent, its files, its message and its date. So a branch that is there already is
/// recognised by making the commit once more on top of what that branch is on top of: it is the same or it is not.
struct GitBranchCommit: Sendable {
  let git: GitTool
  let push: GitBranchPush
  /// The name of the branch that it is for.
  let target: String
  let mirror: String
  /// Where the repository is made; nothing may be there.
  let folder: String
  let remote: GitCommand
  let local: GitCommand
  let log: any GitLog

  private var ref: String { "refs/heads/\(push.branch)" }

  /// Makes the commit on top of the commit `top` and pushes it, or finds the branch that has it. `changes` are asked for the
  /// tree that the commit is on top of.
  func run(
    onTopOf top: String, _ changes: (GitTree) async throws -> [GitFileChange]
  ) async throws -> GitPushedBranch {
    let tips = try await objects([ref, "\(ref)^1"])
    if let tip = tips[0]?.name {
      guard let parent = tips[1]?.name, try await commit(on: parent, changes) == tip else { throw occupied }
      await log.say("the branch \(push.branch) is there already, with the same commit \(tip)")
      return GitPushedBranch(commit: tip, target: target, isNew: false)
    }
    let commit = try await commit(on: top, changes)
    await log.say("pushing commit \(commit) to the branch \(push.branch)")
    // Without an expected value the branch must not exist: who was faster is not overwritten.
    try await remote.run([
      "--git-dir=\(folder)", "push", "--progress", "--no-verify", "--force-with-lease=\(ref):", "--", push.address.url,
      "\(commit):\(ref)",
    ])
    return GitPushedBranch(commit: commit, target: target, isNew: true)
  }

  private var occupied: GitFailure {
    GitFailure(
      .conflict,
      "the branch \(push.branch) exists with other content at \(push.address.url); choose another tag, or delete the "
        + "branch")
  }

  private func commit(on parent: String, _ changes: (GitTree) async throws -> [GitFileChange]) async throws -> String {
    let changes = try await changes(GitTree(git, repository: mirror, commit: parent))
    try await checkFolders(of: changes, in: parent)
    try await GitHome.threads.run(makeRepository)
    var name: [UInt8] = []
    let input = try GitImportStream(push: push, parent: parent).bytes(changes)
    try await local.stream(["--git-dir=\(folder)", "fast-import", "--quiet"], input: input) { bytes in
      name += bytes.prefix(max(0, 128 - name.count))
    }
    let commit = String(decoding: name.prefix { $0 > 32 }, as: UTF8.self)
    guard isGitCommit(commit) else { throw GitFailure(.other, "git did not say which commit it has made") }
    return commit
  }

  /// fast-import would put a folder in the place of a file without a word.
  private func checkFolders(of changes: [GitFileChange], in parent: String) async throws {
    var folders: Set<String> = []
    for change in changes {
      var parts = change.path.split(separator: "/").dropLast()
      while !parts.isEmpty, folders.insert(parts.joined(separator: "/")).inserted { parts = parts.dropLast() }
    }
    let paths = folders.sorted().filter { relativePathProblem($0) == nil }
    let found = try await objects(paths.map { "\(parent):\($0)" })
    guard let index = paths.indices.first(where: { found[$0].map { $0.type != "tree" } ?? false }) else { return }
    throw GitFailure(
      .other, "'\(paths[index])' is a file in the branch \(target), and a folder is needed there; rename the file")
  }

  /// What these expressions stand for in the mirror; nil where that is nothing.
  private func objects(_ expressions: [String]) async throws -> [(name: String, type: String)?] {
    if expressions.isEmpty { return [] }
    var output: [UInt8] = []
    try await local.stream(
      ["--git-dir=\(mirror)", "cat-file", "--batch-check=%(objectname) %(objecttype)"],
      input: Array(expressions.map { "\($0)\n" }.joined().utf8)
    ) { output += $0 }
    let lines = output.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    return expressions.indices.map { index in
      // Where there is nothing, the line is the expression and `missing`.
      let words = index < lines.count ? lines[index].split(separator: " ").map(String.init) : []
      return words.count == 2 && isGitCommit(words[0]) ? (words[0], words[1]) : nil
    }
  }

  /// Blocks.
  private func makeRepository() throws {
    for part in ["", "/objects", "/objects/info", "/refs"] { try FileTree.makeDirectory(folder + part) }
    let isLong = try String(decoding: FileTree.contents(of: "\(mirror)/config", limit: 1 << 20), as: UTF8.self)
      .lowercased().contains("objectformat = sha256")
    let configuration =
      "[core]\n\trepositoryformatversion = \(isLong ? 1 : 0)\n\tbare = true\n"
      + (isLong ? "[extensions]\n\tobjectFormat = sha256\n" : "")
    for (name, text) in [
      ("HEAD", "ref: \(GitImportStream.ref)\n"), ("config", configuration),
      ("objects/info/alternates", "\(mirror)/objects\n"),
    ] {
      try FileDescriptor.open("\(folder)/\(name)", .createNew(permissions: 0o600)).write(Array(text.utf8), at: 0)
    }
  }
}
