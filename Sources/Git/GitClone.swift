internal import Files
internal import Planning

/// Clones one source into an empty folder on this machine, with no more history than is needed.
struct GitClone: Sendable {
  let git: GitCommand
  let url: String
  let folder: String

  /// Clones and checks out the reference; returns the commit.
  func run() async throws -> String {
    if let reference = git.reference, isGitCommit(reference) || reference.utf8.starts(with: "refs/".utf8) {
      try await fetch(reference)
    } else {
      try await clone(git.reference)
    }
    let commit = try await git.read(["-C", folder, "rev-parse", "--verify", "HEAD^{commit}"])
    guard isGitCommit(commit) else { throw GitFailure(.other, "\(url) has no commit yet; push one first") }
    return commit
  }

  /// A branch, a tag, or the default branch.
  private func clone(_ reference: String?) async throws {
    let branch = reference.map { ["--branch=\($0)"] } ?? []
    do {
      try await clone(["--depth=1"] + branch)
    } catch let failure as GitFailure where failure.kind == .noShallow {
      await sayWhole()
      try await clone(branch)
    } catch let failure as GitFailure where failure.kind == .unknownReference {
      // The beginning of a commit can only be found in the whole history.
      guard let reference, mayBeGitCommit(reference) else { throw failure }
      await sayWhole()
      try await clone(["--no-checkout"])
      try await git.run(["-C", folder, "checkout", "--quiet", "--detach", reference, "--"])
    }
  }

  private func clone(_ options: [String]) async throws {
    try await git.run(
      ["clone", "--progress", "--template=", "--no-recurse-submodules", "--no-local"] + options + ["--", url, folder])
  }

  /// A whole commit or a full ref: what a clone cannot begin with.
  private func fetch(_ reference: String) async throws {
    try await git.run(["init", "--quiet", "--template=", "--", folder])
    try await git.run(["-C", folder, "remote", "add", "--", "origin", url])
    let fetch = ["-C", folder, "fetch", "--progress", "--no-recurse-submodules"]
    do {
      try await git.run(fetch + ["--depth=1", "--", "origin", reference])
    } catch let failure as GitFailure where failure.kind == .unknownReference || failure.kind == .noShallow {
      guard isGitCommit(reference) || failure.kind == .noShallow else { throw failure }
      await sayWhole()
      guard isGitCommit(reference) else {
        try await git.run(fetch + ["--", "origin", reference])
        return try await checkOut("FETCH_HEAD")
      }
      // Many servers give only what a branch or tag points at: find the commit in the whole history instead.
      try await git.run(
        fetch + ["--", "origin", "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"])
    }
    try await checkOut(isGitCommit(reference) ? reference : "FETCH_HEAD")
  }

  private func sayWhole() async { await git.log?.say("trying again with the whole history") }

  private func checkOut(_ what: String) async throws {
    try await git.run(["-C", folder, "checkout", "--quiet", "--detach", what, "--"])
  }
}
