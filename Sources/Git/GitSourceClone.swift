internal import Concurrency
internal import Files
internal import Planning

/// One source, from its address to a folder with its submodules and large files.
struct GitSourceClone: Sendable {
  let git: GitTool
  let log: any GitLog

  /// Of submodules in submodules.
  private static let depthLimit = 10
  private static let countLimit = 1000

  /// Clones into the empty folder `folder`; returns the commit.
  func run(_ address: GitAddress, at reference: String?, into folder: String) async throws -> String {
    var count = 0
    return try await clone(address, at: reference, into: folder, depth: 0, count: &count)
  }

  private func clone(
    _ address: GitAddress, at reference: String?, into folder: String, depth: Int, count: inout Int
  ) async throws -> String {
    let local = try await git.localEnvironment()
    let commit = try await git.withEnvironment(for: address) { environment in
      let commit = try await clone(address, reference, folder, environment, local)
      try await GitLargeFiles(git: git, address: address, commit: commit, folder: folder, log: log)
        .fetch(environment)
      return commit
    }
    for (submodule, wanted) in try await submodules(of: folder, at: commit) {
      count += 1
      guard depth < Self.depthLimit, count <= Self.countLimit else {
        throw GitFailure(
          .other, "the submodule \(submodule.path) is nested too deeply, or there are more than \(Self.countLimit)")
      }
      try await clone(submodule, at: wanted, of: address, into: folder, depth: depth + 1, count: &count)
    }
    return commit
  }

  private func clone(
    _ address: GitAddress, _ reference: String?, _ folder: String, _ environment: [(name: String, value: String)],
    _ local: [(name: String, value: String)]
  ) async throws -> String {
    try await git.mirrors.clone(
      GitMirrors.Request(
        address: address, want: GitWant(reference), reference: reference, folder: folder, environment: environment,
        localEnvironment: local, log: log))
  }

  private func clone(
    _ submodule: GitSubmodule, at commit: String, of parent: GitAddress, into folder: String, depth: Int,
    count: inout Int
  ) async throws {
    do {
      let address = try git.checked(parent.submodule(submodule.url))
      await log.say("submodule \(submodule.path): cloning \(address.url) at \(commit)")
      let place = try await place(submodule.path, in: folder)
      _ = try await clone(address, at: commit, into: place, depth: depth, count: &count)
    } catch let failure as GitFailure {
      throw GitFailure(failure.kind, "the submodule \(submodule.path): \(failure)")
    } catch let error as GitAddressError {
      throw GitFailure(.other, "the submodule \(submodule.path): \(error)")
    }
  }

  /// The submodules that `.gitmodules` describes and the commit holds, in the order in which they are described.
  private func submodules(of folder: String, at commit: String) async throws -> [(GitSubmodule, commit: String)] {
    let name = ".gitmodules"
    // Nearly no repository has one; looking costs less than a program.
    guard try await GitHome.threads.run({ try FileTree.status("\(folder)/\(name)") }) != nil else { return [] }
    let tree = GitTree(git, repository: folder, commit: commit)
    let described = try await GitSubmodule.read(tree.settings(in: name)).filter {
      $0.isWanted && relativePathProblem($0.path) == nil
    }
    let commits = try await tree.submoduleCommits(at: described.prefix(Self.countLimit + 1).map(\.path))
    return described.compactMap { submodule in commits[submodule.path].map { (submodule, $0) } }
  }

  /// Where a submodule goes; refused where a link leads there.
  private func place(_ path: String, in folder: String) async throws -> String {
    try await GitHome.threads.run {
      let root = try FileDescriptor.open(folder, .directory)
      let parts = path.split(separator: "/")
      for end in parts.indices {
        let part = parts[...end].joined(separator: "/")
        guard try root.statusBeneath(part) != nil else { break }
        guard try root.linkTarget(beneath: part) == nil else {
          throw GitFailure(.other, "a symbolic link leads to its folder")
        }
      }
      return "\(folder)/\(path)"
    }
  }
}
