public import Model
public import Planning

/// A branch of one commit that is to be on a server: where, on top of what, and who says so.
public struct GitBranchPush: Sendable {
  /// The repository, with the credential that may push. Its transport is allowed, whatever the settings say.
  public var address: GitAddress
  /// The name of the branch that the commit is on top of, without `refs/heads/`; nil for the repository's default.
  public var target: String?
  /// The name of the branch to push, without `refs/heads/`.
  public var branch: String
  /// The commit's message, with its last newline.
  public var message: String
  /// Name and address of author and committer: `Wright <wright@localhost>`.
  public var author: String
  /// When the commit says that it was made. It is a part of the commit: the same moment, the same commit.
  public var date: Timestamp
  /// Authorities that are trusted instead of the system's, as PEM text; nil for the system's.
  public var authorities: String?

  /// A push with these values.
  public init(
    address: GitAddress, target: String?, branch: String, message: String, author: String, date: Timestamp,
    authorities: String? = nil
  ) {
    self.address = address
    self.target = target
    self.branch = branch
    self.message = message
    self.author = author
    self.date = date
    self.authorities = authorities
  }
}

/// What a commit does with one file.
public enum GitFileChange: Sendable, Hashable {
  /// An ordinary file with these bytes is at this path.
  case write(String, [UInt8])
  /// No file is at this path.
  case remove(String)

  /// The path.
  public var path: String {
    switch self {
    case .write(let path, _), .remove(let path): path
    }
  }
}

/// A branch that is on the server.
public struct GitPushedBranch: Sendable, Hashable {
  /// What it points at.
  public var commit: String
  /// The branch that it was made for, without `refs/heads/`.
  public var target: String
  /// False where it was there already, with the same commit.
  public var isNew: Bool
}
