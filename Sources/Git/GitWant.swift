internal import Planning

/// What of a repository is wanted, as far as the text of a reference tells.
enum GitWant: Sendable, Hashable {
  /// What the repository's HEAD stands for.
  case defaultBranch
  /// A branch, a tag, or the beginning of a commit.
  case name(String)
  /// A whole ref: `refs/pull/1/head`.
  case ref(String)
  /// A whole commit.
  case commit(String)

  init(_ reference: String?) {
    guard let reference else {
      self = .defaultBranch
      return
    }
    if isGitCommit(reference) {
      self = .commit(reference.lowercased())
    } else {
      self = reference.utf8.starts(with: "refs/".utf8) ? .ref(reference) : .name(reference)
    }
  }

  /// Where a mirror keeps what it was fetched for beside branches and tags.
  static let headRef = "refs/wright/head"
  static let otherRef = "refs/wright/other"
  /// What a mirror holds.
  static let everything = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]

  /// What has to be fetched beside branches and tags.
  var extraRefspecs: [String] {
    switch self {
    case .defaultBranch: ["+HEAD:\(Self.headRef)"]
    case .ref(let ref) where !Self.isMirrored(ref): ["+\(ref):\(Self.otherRef)"]
    case .name, .ref, .commit: []
    }
  }

  /// The refs of a mirror that it may stand for, the first that there is; none where those do not tell.
  var candidates: [String] {
    switch self {
    case .defaultBranch: [Self.headRef]
    case .name(let name): ["refs/heads/\(name)", "refs/tags/\(name)"]
    case .ref(let ref): [Self.isMirrored(ref) ? ref : Self.otherRef]
    case .commit: []
    }
  }

  private static func isMirrored(_ ref: String) -> Bool {
    ["refs/heads/", "refs/tags/"].contains { ref.utf8.starts(with: $0.utf8) }
  }
}

/// A commit that was found in a mirror, and what HEAD is to be in a clone of it.
struct GitFound: Sendable, Hashable {
  enum Head: Sendable, Hashable {
    /// By its name without `refs/heads/`.
    case branch(String)
    /// By its name without `refs/tags/`, and what it points at: the commit or a tag object.
    case tag(String, object: String)
    /// The commit itself.
    case detached
  }
  var commit: String
  var head: Head

  /// What `ref` of a mirror, which points at `object`, means for a clone.
  static func head(_ ref: String, object: String) -> Head {
    if let name = name(ref, in: "refs/heads/") { return .branch(name) }
    if let name = name(ref, in: "refs/tags/") { return .tag(name, object: object) }
    return .detached
  }

  private static func name(_ ref: String, in space: String) -> String? {
    ref.utf8.starts(with: space.utf8) ? String(Substring(ref.utf8.dropFirst(space.utf8.count))) : nil
  }
}
