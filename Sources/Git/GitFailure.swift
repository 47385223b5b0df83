internal import Planning

/// Why git could not do what it was asked.
public struct GitFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What git's messages mean, as far as the next step depends on it.
  public enum Kind: Sendable, Hashable {
    /// The server wants a credential, or another one.
    case authentication
    /// There is no repository at the address, or not for us.
    case noRepository
    /// The server knows the credential, and does not allow with it what was asked for.
    case forbidden
    /// The server does not take what was pushed.
    case refused
    /// A branch that was to be made exists with other content.
    case conflict
    /// Somebody else has made the branch at the same moment; whoever looks again finds it.
    case overtaken
    /// The repository has no such branch, tag or commit.
    case unknownReference
    /// The folder for the clone is not empty.
    case occupied
    /// The host is not known, cannot be reached, or says nothing.
    case unreachable
    /// The disk of this machine is full.
    case noSpace
    /// A repository of this machine cannot be read.
    case damaged
    /// Anything else.
    case other
  }

  /// What it means for the next step.
  public var kind: Kind
  /// One sentence that says what to do.
  public var description: String

  /// A failure with this sentence.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Reads the end of git's output.
  static func explain(_ output: String, code: Int32, _ address: GitAddress, reference: String?) -> GitFailure {
    let text = output.lowercased()
    let url = address.url
    if let refusal = refusal(output, url) { return refusal }
    for (kind, signs, sentence) in table(url, reference ?? "HEAD") where signs.contains(where: text.contains) {
      return GitFailure(kind, sentence)
    }
    return GitFailure(.other, "git ended with status \(code); its last messages say why")
  }

  /// Reads the end of the output of git that looked at nothing but a repository of this machine.
  static func explain(local output: String, code: Int32) -> GitFailure {
    let lines = output.split(separator: "\n").filter { $0.contains(": ") }
    if output.lowercased().contains("no space left") { return fullDisk }
    return GitFailure(.damaged, "git cannot read the repository: \(lines.last ?? "it ended with status \(code)")")
  }

  /// What a server says that does not take a push, or does not allow it.
  private static func refusal(_ output: String, _ url: String) -> GitFailure? {
    let lines = output.split { $0.isNewline }
    let words = lines.filter { $0.hasPrefix("remote:") }.map {
      $0.dropFirst("remote:".count).drop { $0 == " " }.filter { !"=*".contains($0) }
    }.filter { $0.contains { !$0.isWhitespace } }
    let said = words.isEmpty ? "" : ": \(words.joined(separator: " "))"
    if output.contains("returned error: 403") {
      return GitFailure(
        .forbidden, "\(url) does not allow it to the token's user (403)\(said); give the token more rights")
    }
    guard let line = lines.first(where: { $0.contains("[remote rejected]") || $0.contains("[rejected]") }) else {
      return nil
    }
    // Seen by git here, or only by the server.
    if ["(stale info)", "(failed to update ref)", "(fetch first)"].contains(where: line.contains) {
      return GitFailure(.overtaken, "the branch was made at \(url) by somebody else meanwhile; try again")
    }
    let reason = line.split(separator: "(").last?.prefix { $0 != ")" } ?? ""
    return GitFailure(.refused, "\(url) refused the push (\(reason))\(said)")
  }

  /// There is no `reference` at `address`.
  static func unknown(_ reference: String, at url: String) -> GitFailure {
    GitFailure(
      .unknownReference, "\(url) has no branch, tag or commit '\(reference)'; correct what follows the address")
  }

  private static let fullDisk = GitFailure(.noSpace, "the disk of the agent's machine is full; make room")

  private static func table(_ url: String, _ reference: String) -> [(Kind, [String], String)] {
    [
      (
        .authentication,
        [
          "authentication failed", "could not read username", "could not read password", "terminal prompts disabled",
          "returned error: 401", "permission denied (", "invalid credentials",
        ],
        "\(url) does not let us in; check the user name and token in the source's address, or the agent's ssh key"
      ),
      (
        .authentication, ["host key verification failed"],
        "the agent does not know the host key of \(url); add it to its known_hosts with ssh-keyscan"
      ),
      (
        .unknownReference,
        [
          "remote branch", "couldn't find remote ref", "not our ref", "unadvertised object", "reference is not a tree",
          "unable to read tree", "invalid reference",
          "did not match any", "not a valid object", "unable to parse object",
        ],
        unknown(reference, at: url).description
      ),
      (.other, ["needed a single revision"], "\(url) has no commit yet; push one first"),
      (
        .occupied, ["already exists and is not an empty directory"],
        "the folder is not empty; give the source one of its own with '=> folder'"
      ),
      (
        .unreachable, ["could not resolve host", "name or service not known", "unable to look up"],
        "the host of \(url) is not known; check it"
      ),
      (
        .unreachable, ["connection refused", "connection timed out", "failed to connect", "network is unreachable"],
        "the host of \(url) cannot be reached; check the address and the agent's network"
      ),
      (
        .unreachable,
        [
          "hung up unexpectedly", "early eof", "unexpected disconnect", "connection reset", "rpc failed", "broken pipe",
        ],
        "the connection to \(url) broke off; try again"
      ),
      (
        .unreachable, ["returned error: 5", "returned error: 429"],
        "the server of \(url) fails, or takes no more requests for now; try again"
      ),
      (.other, ["certificate"], "the certificate of \(url) is not trusted; add its authority on the agent's machine"),
      (.noSpace, ["no space left"], fullDisk.description),
      (
        .noRepository,
        [
          "not found", "does not appear to be a git repository", "does not exist", "repository not exported",
          "could not read from remote",
        ],
        "there is no repository at \(url), or not for us; check the address and its user name and token"
      ),
    ]
  }
}
