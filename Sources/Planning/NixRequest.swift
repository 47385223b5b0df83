public import Model

/// What somebody asks to have built with Nix.
public struct NixRequest: Sendable, Hashable {
  /// Where the expressions are.
  public struct Git: Sendable, Hashable {
    /// The repository's address.
    public var repository: String
    /// A branch, a tag or a commit; nil for the default branch.
    public var reference: String?
    /// Whom the key belongs to.
    public var user: String?
    /// A password or token; secret.
    public var key: String?

    /// A repository.
    public init(repository: String, reference: String? = nil, user: String? = nil, key: String? = nil) {
      self.repository = repository
      self.reference = reference
      self.user = user
      self.key = key
    }
  }

  /// What is cloned; nil where the command names everything itself.
  public var git: Git?
  /// The command as a person writes it.
  public var command: String
  /// Further arguments, written in the same way.
  public var extraArguments: String
  /// `--cores`, as written.
  public var cores: String?
  /// `--max-jobs`, as written.
  public var maxJobs: String?
  /// `--keep-going`
  public var keepGoing: Bool
  /// Caches to fetch from beside those that the machine is configured for.
  public var substituters: [String]
  /// Keys that are trusted beside those that the machine is configured for.
  public var trustedPublicKeys: [String]
  /// Where what was built goes.
  public var push: NixPush?

  /// A request.
  public init(
    git: Git? = nil, command: String, extraArguments: String = "", cores: String? = nil, maxJobs: String? = nil,
    keepGoing: Bool = false, substituters: [String] = [], trustedPublicKeys: [String] = [], push: NixPush? = nil
  ) {
    self.git = git
    self.command = command
    self.extraArguments = extraArguments
    self.cores = cores
    self.maxJobs = maxJobs
    self.keepGoing = keepGoing
    self.substituters = substituters
    self.trustedPublicKeys = trustedPublicKeys
    self.push = push
  }

  /// What must not be seen, each once.
  public var secrets: [String] {
    var found: [String] = []
    for secret in [git?.key].compactMap(\.self) + (push?.secrets ?? []) where !secret.isEmpty && !found.contains(secret)
    {
      found.append(secret)
    }
    return found
  }
}
