/// A command of Nix as a job carries it out.
public struct NixCommand: Codable, Sendable, Hashable {
  /// The program and its arguments, complete. They are given to no shell.
  public var words: [String]
  /// Where it runs, relative to the workspace; empty for the workspace itself.
  public var directory: String
  /// True where Wright has asked for a result on standard output that nobody else has: it is not shown.
  public var hidesResult: Bool
  /// Where what was built goes.
  public var push: NixPush?

  /// A command.
  public init(words: [String], directory: String = "", hidesResult: Bool = false, push: NixPush? = nil) {
    self.words = words
    self.directory = directory
    self.hidesResult = hidesResult
    self.push = push
  }
}

/// A binary cache that a build's closure is pushed to, and what lets one in there.
public struct NixPush: Codable, Sendable, Hashable {
  /// The cache's address: `https://cache.example.org/name`.
  public var target: String
  /// What authorizes the push; secret.
  public var token: String?
  /// The key that signs the paths; secret. Without it the cache signs.
  public var signingKey: String?

  /// A destination.
  public init(target: String, token: String? = nil, signingKey: String? = nil) {
    self.target = target
    self.token = token
    self.signingKey = signingKey
  }

  /// What must not be seen.
  public var secrets: [String] { [token, signingKey].compactMap(\.self).filter { !$0.isEmpty } }
}
