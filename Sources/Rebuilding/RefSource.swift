public import Git
public import Planning

/// Asks repositories for their refs: git, or a test's own.
public protocol RefSource: Sendable {
  /// Reads an address, and refuses transports that are not allowed here.
  func address(_ text: String) throws -> GitAddress
  /// The refs of these names, the default branch among them. Throws `GitFailure` within `limit`.
  func refs(of address: GitAddress, named patterns: [String], limit: Duration) async throws -> GitRefs
}

extension GitTool: RefSource {
  /// The refs of these names.
  public func refs(of address: GitAddress, named patterns: [String], limit: Duration) async throws -> GitRefs {
    try await GitRemote(self).list(address, patterns: patterns, limit: limit)
  }
}
