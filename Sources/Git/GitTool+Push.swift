internal import Concurrency
internal import Files
internal import Planning

extension GitTool {
  /// Sees to it that a branch with one commit on top of the target branch is on the server. `changes` says what the
  /// commit does to the tree that it is on top of; it is asked again where a damaged mirror has to be made anew. The same
  /// push twice makes one branch: the second one finds it. Everything is made in the mirror's surroundings; what of the
  /// credential there is goes with the last git program.
  ///
  /// Throws `GitFailure`: of kind `unknownReference` without such a target branch, `conflict` where the branch exists
  /// with other content, `refused` where the server does not take the push, and what `changes` throws.
  public func push(
    _ push: GitBranchPush, log: any GitLog, changes: @escaping @Sendable (GitTree) async throws -> [GitFileChange]
  ) async throws -> GitPushedBranch {
    for name in [push.target, push.branch].compactMap(\.self) {
      if let problem = gitReferenceProblem(name) {
        throw GitFailure(.unknownReference, "the branch '\(name)' \(problem); choose another name")
      }
    }
    let local = try await localEnvironment()
    let folder = scratchFolder
    let protocols = [push.address.transport.rawValue]
    let result: Result<GitPushedBranch, any Error>
    do {
      let pushed = try await withEnvironment(
        for: push.address, protocols: protocols, authorities: push.authorities
      ) { environment in
        // In this version the answer to the first question names all refs: where nothing is new it is the only one.
        let environment =
          environment + [
            ("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "protocol.version"), ("GIT_CONFIG_VALUE_0", "0"),
          ]
        let request = GitMirrors.Request(
          address: push.address, want: push.target.map { .ref("refs/heads/\($0)") } ?? .defaultBranch,
          reference: push.target, folder: folder,
          environment: environment, localEnvironment: local, log: log, refspecs: Self.refspecs(push))
        return try await mirrors.make(request) { mirror, found in
          var push = push
          if push.target == nil, case .branch(let name) = found.head { push.target = name }
          guard let target = push.target else {
            throw GitFailure(.unknownReference, "\(push.address.url) has no default branch; name the target branch")
          }
          return try await GitBranchCommit(
            git: self, push: push, target: target, mirror: mirror, folder: folder,
            remote: GitCommand(environment: environment, address: push.address, reference: push.target, log: log),
            local: GitCommand(environment: local, address: nil), log: log
          ).run(onTopOf: found.commit, changes)
        }
      }
      result = .success(pushed)
    } catch { result = .failure(error) }
    try await GitHome.threads.run { try FileTree.removeTree(folder) }
    return try result.get()
  }

  /// What has to be known for a push. Of a branch that need not be there only a pattern may be asked for.
  private static func refspecs(_ push: GitBranchPush) -> [String] {
    ([push.target].compactMap(\.self) + ["\(push.branch)*"]).map { "+refs/heads/\($0):refs/heads/\($0)" }
  }
}
