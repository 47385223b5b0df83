public import Model

/// Artifacts that are looked at together: those of a commit, or of one build.
public enum ArtifactSet: Sendable, Hashable {
  /// All builds of a commit, by its whole hash: of several builds the newest that has the artifact.
  case commit(String)
  /// One build, whatever its commit.
  case build(BuildID)

  /// As addresses write it, and the name of the folder in the artifact repository: the commit, or `build-<id>`.
  public var name: String {
    switch self {
    case .commit(let commit): commit
    case .build(let id): "build-\(id)"
    }
  }
}

/// What a text that names a set of artifacts was found to mean.
public enum ArtifactSetMatch: Sendable, Hashable {
  /// Nothing that the owner has.
  case none
  /// One set.
  case one(ArtifactSet)
  /// The beginning of several commits.
  case several
}

/// How many artifacts a set has.
public struct ArtifactSetSize: Sendable, Hashable {
  /// How many.
  public var count: Int64
  /// Bytes of them all.
  public var bytes: Int64

  /// A size.
  public init(count: Int64, bytes: Int64) {
    self.count = count
    self.bytes = bytes
  }
}

extension ArtifactSet {
  /// The condition that row `alias` of `artifacts` is one of the set, its owner's and kept. The set's parameter is
  /// `$number`; the owner is `$1`.
  func condition(_ alias: String, parameter number: Int) -> String {
    let kept = "\(alias).owner = $1 AND \(alias).deleted_at IS NULL"
    switch self {
    case .build: return "\(alias).build = $\(number) AND \(kept)"
    case .commit:
      let newer = "newer_\(alias)"
      return """
        \(alias).folder = $\(number) AND \(kept) AND NOT EXISTS (SELECT 1 FROM artifacts \(newer)
          WHERE \(newer).folder = $\(number) AND \(newer).name = \(alias).name AND \(newer).owner = $1
            AND \(newer).deleted_at IS NULL AND \(newer).build > \(alias).build)
        """
    }
  }

  var parameter: DatabaseValue {
    switch self {
    case .commit(let commit): .text(commit)
    case .build(let id): .integer(id.rawValue)
    }
  }
}
