internal import Concurrency
internal import Files
internal import Glibc
internal import Planning

/// A clone made from a mirror: the files of one commit, and a repository that holds that commit and no history.
///
/// Nothing is shared with the mirror, no file and no path: whoever builds may do with the clone what he likes, and may
/// be somewhere where the mirror cannot be seen. The commit's objects are copied as one pack, while at the same time the
/// files are written from the mirror itself, which together takes hardly longer than writing the files.
struct GitWorkspace: Sendable {
  let mirror: String
  let address: GitAddress
  let found: GitFound
  let folder: String
  /// For git programs that look at the mirror only.
  let environment: [(name: String, value: String)]

  /// Makes the clone; `folder` must be empty or absent. Of kind `damaged` is what fails because of the mirror.
  func make() async throws {
    try await GitHome.threads.run(makeRepository)
    async let packed: Void = pack()
    try await checkOut()
    try await packed
  }

  private func pack() async throws {
    // As a server packs for a shallow clone: the commit counts as one without parents.
    var wanted = "--shallow \(found.commit)\n\(found.commit)\n"
    if case .tag(_, let object) = found.head { wanted += "\(object)\n" }
    // git writes a pack beside the objects that it takes for its own before it gives it its name. In the mirror, whose
    // next update removes what was left unfinished, it would vanish.
    let git = GitCommand(
      environment: environment + [
        ("GIT_OBJECT_DIRECTORY", "\(folder)/.git/objects"),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", GitCloneFiles.quoted("\(mirror)/objects")),
      ], address: nil)
    try await git.stream(
      ["--git-dir=\(mirror)", "pack-objects", "--quiet", "--revs", "\(folder)/.git/objects/pack/pack"],
      input: Array(wanted.utf8)
    ) { _ in }
  }

  private func checkOut() async throws {
    let git = GitCommand(environment: environment + [("GIT_INDEX_FILE", "\(folder)/.git/index")], address: nil)
    let workers = min(8, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    try await git.stream(
      [
        "--git-dir=\(mirror)", "--work-tree=\(folder)", "-c", "checkout.workers=\(workers)", "read-tree", "-m", "-u",
        found.commit,
      ]
    ) { _ in }
  }

  /// Blocks.
  private func makeRepository() throws {
    try FileTree.makeDirectory(folder, permissions: 0o755)
    guard try FileTree.names(in: folder).isEmpty else {
      throw GitFailure(.occupied, "the folder is not empty; give the source one of its own with '=> folder'")
    }
    let git = "\(folder)/.git"
    for part in ["", "/objects", "/objects/pack", "/refs"] {
      try FileTree.makeDirectory(git + part, permissions: 0o755)
    }
    for (name, text) in GitCloneFiles(url: address.url, found: found).all {
      let file = try FileDescriptor.open("\(git)/\(name)", .createNew(permissions: 0o644))
      try file.write(Array(text.utf8), at: 0)
    }
  }
}
