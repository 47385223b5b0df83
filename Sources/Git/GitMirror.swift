internal import Concurrency
internal import Files
internal import Planning

/// One bare repository that follows another: all of its branches and tags. Whoever calls holds its lock.
struct GitMirror: Sendable {
  /// The bare repository.
  let path: String
  /// Talks to the server.
  let git: GitCommand
  /// Looks at the mirror only.
  let local: GitCommand
  let address: GitAddress

  /// Makes it; nothing may be at its path.
  func clone() async throws {
    try await git.run([
      "clone", "--progress", "--bare", "--template=", "--no-local", "--no-recurse-submodules", "--", address.url, path,
    ])
  }

  /// Brings it up to date, or as far as `refspecs` say, with what is wanted beside branches and tags.
  func fetch(_ want: GitWant, _ refspecs: [String]? = nil) async throws {
    let packs = try await removeUnfinished()
    try await fetch((refspecs ?? GitWant.everything) + want.extraRefspecs)
    if packs > Self.packLimit { try? await local.stream(at(["repack", "--geometric=2", "-d", "--quiet"])) { _ in } }
  }

  /// Fetches what a mirror that was just made does not have yet of what is wanted, and finds it.
  func findInNew(_ want: GitWant) async throws -> GitFound? {
    guard case .defaultBranch = want else {
      if !want.extraRefspecs.isEmpty { try await fetch(want.extraRefspecs, prunes: false) }
      return try await find(want)
    }
    // A clone's HEAD is the server's, also where that is no branch.
    guard let commit = try await object("HEAD") else { return nil }
    return GitFound(commit: commit, head: try await ownHead().map { GitFound.head($0, object: commit) } ?? .detached)
  }

  /// Fetches a commit that no branch or tag leads to, as far as the server gives such.
  func fetch(commit: String) async throws { try await fetch([commit], prunes: false) }

  /// True where it has the commit.
  func has(_ commit: String) async throws -> Bool { try await object(commit) != nil }

  /// Finds what is wanted; nil where there is no such branch, tag or commit.
  func find(_ want: GitWant) async throws -> GitFound? {
    let refs = try await refs(want.candidates)
    for ref in want.candidates {
      guard let object = refs[ref] else { continue }
      guard let commit = try await self.object(object) else { return nil }
      if case .defaultBranch = want { return GitFound(commit: commit, head: try await head(at: commit)) }
      return GitFound(commit: commit, head: GitFound.head(ref, object: object))
    }
    switch want {
    case .commit(let name), .name(let name):
      guard mayBeGitCommit(name), let commit = try await object(name) else { return nil }
      return GitFound(commit: commit, head: .detached)
    case .defaultBranch, .ref: return nil
    }
  }

  /// Which branch the server's HEAD is, which stands at `commit`: the mirror's own HEAD as long as it stands there
  /// too, else the server is asked.
  private func head(at commit: String) async throws -> GitFound.Head {
    if let ref = try await ownHead(), try await refs([ref])[ref] == commit {
      return GitFound.head(ref, object: commit)
    }
    var parser = GitRefListParser()
    try await git.stream(["ls-remote", "--quiet", "--symref", "--", address.url, "HEAD"]) { try parser.take($0) }
    guard let ref = parser.refs.defaultBranch, try await refs([ref])[ref] == commit else { return .detached }
    try await local.stream(at(["symbolic-ref", "HEAD", ref])) { _ in }
    return GitFound.head(ref, object: commit)
  }

  private func ownHead() async throws -> String? {
    let text = try await GitHome.threads.run { [path] in
      String(decoding: try FileTree.contents(of: "\(path)/HEAD", limit: 4096), as: UTF8.self)
    }
    let mark = "ref: "
    guard text.utf8.starts(with: mark.utf8) else { return nil }
    return String(Substring(text.utf8.dropFirst(mark.utf8.count).prefix { $0 > 32 }))
  }

  private func fetch(_ refspecs: [String], prunes: Bool = true) async throws {
    try await git.run(
      at([
        "-c", "fetch.unpackLimit=1", "fetch", "--progress", "--force", "--update-shallow", "--no-tags",
        "--no-write-fetch-head",
      ])
        + (prunes ? ["--prune"] : []) + ["--no-recurse-submodules", "--", address.url] + refspecs)
  }

  /// What these refs point at, of those that there are.
  private func refs(_ names: [String]) async throws -> [String: String] {
    if names.isEmpty { return [:] }
    var parser = GitRefListParser()
    try await local.stream(at(["for-each-ref", "--format=%(objectname)%09%(refname)", "--"]) + names) {
      try parser.take($0)
    }
    // A name also stands for all below it.
    return parser.refs.commits.filter { names.contains($0.key) }
  }

  /// The commit that `name` (of an object) is or stands for.
  private func object(_ name: String) async throws -> String? {
    var answer: [UInt8] = []
    try await local.stream(at(["cat-file", "--batch-check=%(objectname)"]), input: Array("\(name)^{commit}\n".utf8)) {
      answer += $0.prefix(4096)
    }
    let text = String(decoding: answer.prefix { $0 > 32 }, as: UTF8.self)
    return answer.count == text.utf8.count + 1 && isGitCommit(text) ? text : nil
  }

  private func at(_ arguments: [String]) -> [String] { ["--git-dir=\(path)"] + arguments }

  /// Packs that slow down each search.
  private static let packLimit = 50

  /// Removes what a fetch that was killed has left; returns how many packs there are.
  private func removeUnfinished() async throws -> Int {
    try await GitHome.threads.run { [folder = "\(path)/objects/pack"] in
      let names = try FileTree.names(in: folder)
      for name in names where name.hasPrefix("tmp_") { try FileTree.removeFile("\(folder)/\(name)") }
      return names.count { $0.hasSuffix(".pack") }
    }
  }
}
