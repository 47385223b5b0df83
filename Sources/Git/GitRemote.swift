public import Planning

/// Asks servers what their refs point at. Stands back behind other programs, so that thousands of questions do not
/// hold a build up.
public struct GitRemote: Sendable {
  private let git: GitTool

  /// Asks by this git.
  public init(_ git: GitTool) { self.git = git }

  /// The refs whose names end with one of `patterns` (all without any), compared part by part as ls-remote does:
  /// `main` and `heads/main` both mean `refs/heads/main`, and also `refs/heads/old/main`; `*` and `?` stand for any
  /// characters. HEAD and the default branch's name are always among them. Throws `GitFailure`: of kind `unreachable`
  /// after `limit` too. Cancelling the task kills git.
  /// `protocols` are the transports that are allowed instead of those of the settings; `authorities` is PEM text of
  /// those that are trusted instead of the system's.
  public func list(
    _ address: GitAddress, patterns: [String] = [], limit: Duration = .seconds(60), protocols: [String]? = nil,
    trusting authorities: String? = nil
  ) async throws -> GitRefs {
    try await withLimit(limit, address) {
      try await git.withEnvironment(
        for: address, protocols: protocols, authorities: authorities
      ) { environment in
        let git = GitCommand(environment: environment, address: address, niceness: 10)
        let wanted = patterns.isEmpty ? [] : ["HEAD"] + patterns
        var parser = GitRefListParser()
        do {
          try await git.stream(["ls-remote", "--quiet", "--symref", "--", address.url] + wanted) { bytes in
            try parser.take(bytes)
          }
        } catch is GitRefListParser.TooMany {
          throw GitFailure(
            .other, "\(address.url) has more than \(GitRefListParser.limit) refs of these names; ask for fewer")
        }
        return parser.refs
      }
    }
  }

  private func withLimit<Result: Sendable>(
    _ limit: Duration, _ address: GitAddress, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let work = Task { try await body() }
    let timer = Task {
      try await Task.sleep(for: limit)
      work.cancel()
    }
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      do { return try await work.value } catch is CancellationError {
        try Task.checkCancellation()
        throw GitFailure(
          .unreachable, "the server of \(address.url) did not answer within \(limit); see whether it is overloaded")
      }
    } onCancel: {
      work.cancel()
    }
  }
}
