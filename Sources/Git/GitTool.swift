internal import Concurrency
internal import Files
public import Planning

/// The git program of this machine, as Wright uses it: with no configuration but Wright's, over the transports that
/// are allowed, never asking a person. One for a process; safe from any task.
public final class GitTool: Sendable {
  /// How git is used.
  public let settings: GitSettings
  private let home: GitHome
  let mirrors: GitMirrors

  /// git with these settings. Touches nothing yet.
  public init(_ settings: GitSettings) {
    self.settings = settings
    home = GitHome(in: settings.scratch)
    mirrors = GitMirrors(root: settings.mirrors.folder, limit: settings.mirrors.limit)
  }

  /// Removes what an earlier process left behind, and mirrors that are too many.
  public func sweep() async throws {
    try await home.sweep()
    try await mirrors.sweep()
  }

  /// Reads an address, and refuses transports that are not allowed here. Throws `GitAddressError` or `GitFailure`.
  public func address(_ text: String) throws -> GitAddress { try checked(GitAddress(text)) }

  /// Refuses an address whose transport is not allowed here.
  func checked(_ address: GitAddress) throws(GitFailure) -> GitAddress {
    guard settings.protocols.contains(address.transport.rawValue) else {
      throw GitFailure(
        .other,
        "\(address.url) uses the transport \(address.transport.rawValue), and only "
          + "\(settings.protocols.joined(separator: ", ")) are allowed here; use one of them, or have it added to the "
          + "configuration's git.protocols")
    }
    return address
  }

  /// Lends all variables for git programs that use `address`. Its credential can be had as long as `body` runs.
  /// `protocols` are the transports that are allowed, where they are not those of the settings; `authorities` is PEM text
  /// of those that are trusted instead of the system's.
  func withEnvironment<Result>(
    for address: GitAddress, protocols: [String]? = nil, authorities: String? = nil,
    _ body: (_ environment: [(name: String, value: String)]) async throws -> Result
  ) async throws -> Result {
    try await home.make()
    var variables = variables
    if let protocols {
      variables.removeAll { $0.name == "GIT_ALLOW_PROTOCOL" }
      variables.append(("GIT_ALLOW_PROTOCOL", protocols.joined(separator: ":")))
    }
    if authorities != nil { variables.removeAll { $0.name == "GIT_SSL_CAINFO" } }
    guard address.credential != nil || authorities != nil else {
      return try await body(variables + [("GIT_ASKPASS", "")])
    }
    let folder = try await GitHome.threads.run { [home] in
      try GitCredentialFolder(in: home, address.credential, origin: address.origin, authorities: authorities)
    }
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(variables + folder.variables)) } catch { result = .failure(error) }
    try await GitHome.threads.run { try folder.remove() }
    return try result.get()
  }

  /// A path for what one operation needs; nothing is there, and a sweep removes what was left.
  var scratchFolder: String { "\(home.path)/\(GitHome.randomName())" }

  /// All variables for git programs that look at a repository of this machine only. Nothing makes them fetch, not even
  /// the repository's own configuration.
  func localEnvironment() async throws -> [(name: String, value: String)] {
    try await home.make()
    return variables + [
      ("GIT_ASKPASS", ""), ("GIT_ALLOW_PROTOCOL", "none"), ("GIT_NO_LAZY_FETCH", "1"), ("GIT_NO_REPLACE_OBJECTS", "1"),
      ("GIT_OPTIONAL_LOCKS", "0"),
    ]
  }

  /// With these git reads no configuration but ours and never asks a person.
  private var variables: [(name: String, value: String)] {
    settings.environment + [
      ("HOME", home.path), ("LC_ALL", "C"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", home.configuration),
      ("GIT_TERMINAL_PROMPT", "0"), ("GIT_ALLOW_PROTOCOL", settings.protocols.joined(separator: ":")),
      ("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new"), ("GIT_SSH_VARIANT", "ssh"),
      ("GIT_ATTR_NOSYSTEM", "1"),
    ]
  }
}
