import Files

@testable import Git

/// A folder with repositories to clone, clones, and mirrors.
struct CloneFixture {
  let folder: TemporaryFolder
  let git: GitTool

  init(limit: Int64 = 1 << 30, path: String = "/usr/local/bin:/usr/bin:/bin") throws {
    folder = try TemporaryFolder()
    git = GitTool(
      GitSettings(
        scratch: "\(folder.path)/scratch", protocols: ["file", "git", "http"],
        environment: [("PATH", path)], mirrors: GitSettings.Mirrors(folder: "\(folder.path)/mirrors", limit: limit)))
  }

  /// Clones into the new folder `name`; returns the commit and what was said.
  @discardableResult
  func clone(
    _ reference: String? = nil, of url: String? = nil, to name: String = "clone"
  ) async throws -> (commit: String, log: String) {
    let log = RecordingLog()
    let address = try git.address(url ?? "file://\(folder.path)/origin")
    let commit = try await git.clone(address, at: reference, into: "\(folder.path)/\(name)", log: log)
    return (commit, log.text)
  }

  /// The sentence with which a clone fails.
  func failure(
    _ reference: String? = nil, of url: String? = nil, to name: String = "failed"
  ) async throws -> GitFailure? {
    do { try await clone(reference, of: url, to: name) } catch let failure as GitFailure {
      try FileTree.removeTree("\(folder.path)/\(name)")
      return failure
    }
    return nil
  }

  /// Makes `origin` with three commits, which are returned: the first is tagged `v1` (and, annotated, `a1`), the second
  /// is the branch `old`, the third the default branch, `trunk`.
  func makeOrigin(_ name: String = "origin", format: String = "sha1") async throws -> [String] {
    try await folder.shell(
      """
      git init -q --object-format=\(format) -b trunk \(name); cd \(name)
      echo 1 >file; mkdir d; echo x >d/run; chmod +x d/run; ln -s d/run link
      git add .; git commit -qm 1; git tag v1; git tag -am a a1; git rev-parse HEAD
      echo 2 >file; git commit -qam 2; git branch old; git rev-parse HEAD
      echo 3 >file; git commit -qam 3; git rev-parse HEAD
      """
    ).split(separator: "\n").map(String.init)
  }

  /// The mirrors' folders, below `mirrors`.
  func mirrors() throws -> [String] { try FileTree.names(in: "\(folder.path)/mirrors") }
}
