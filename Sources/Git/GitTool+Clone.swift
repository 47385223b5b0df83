public import Planning

extension GitTool {
  /// Clones a repository into the empty folder `folder` and checks out `reference`: a branch, a tag, a full ref, a
  /// commit or the beginning of one; nil for the default branch. Submodules, and files kept by Git LFS, are fetched too.
  /// Returns the commit. What git says, and what Wright does, goes into `log`. Cancelling the task kills git.
  public func clone(
    _ address: GitAddress, at reference: String?, into folder: String, log: any GitLog
  ) async throws -> String {
    if let reference, let problem = gitReferenceProblem(reference) {
      throw GitFailure(.unknownReference, "the ref '\(reference)' \(problem); name a branch, tag or commit")
    }
    return try await GitSourceClone(git: self, log: log).run(address, at: reference, into: folder)
  }
}
