public import Model

/// How an artifact differs between two sets.
public enum ArtifactChangeKind: String, Sendable, CaseIterable {
  /// Only the second set has it.
  case added
  /// Only the first set has it.
  case removed
  /// Both have it, with other bytes.
  case changed
}

/// An artifact that differs between two sets.
public struct ArtifactChange: Sendable, Hashable {
  /// Its name, which is the same in both.
  public var name: String
  /// As the first set has it; nil where it has it not.
  public var before: Artifact?
  /// As the second set has it; nil where it has it not.
  public var after: Artifact?

  /// How it differs.
  public var kind: ArtifactChangeKind { before == nil ? .added : after == nil ? .removed : .changed }
  /// By how many bytes it has grown, or shrunk where that is negative.
  public var delta: Int64 { (after?.content.size ?? 0) - (before?.content.size ?? 0) }
  /// What it is; where that has changed too, what it is now.
  public var program: ProgramFile? { after?.program ?? before?.program }

  /// A difference.
  public init(name: String, before: Artifact?, after: Artifact?) {
    self.name = name
    self.before = before
    self.after = after
  }
}

/// How many artifacts differ between two sets.
public struct ArtifactComparison: Sendable, Hashable {
  /// The first set.
  public var before: ArtifactSetSize
  /// The second set.
  public var after: ArtifactSetSize
  /// How many only the second has.
  public var added: Int64
  /// How many only the first has.
  public var removed: Int64
  /// How many both have with other bytes.
  public var changed: Int64
  /// How many both have with the same bytes.
  public var unchanged: Int64

  /// A comparison.
  public init(
    before: ArtifactSetSize, after: ArtifactSetSize, added: Int64, removed: Int64, changed: Int64, unchanged: Int64
  ) {
    self.before = before
    self.after = after
    self.added = added
    self.removed = removed
    self.changed = changed
    self.unchanged = unchanged
  }

  /// How many differ in this way.
  public subscript(_ kind: ArtifactChangeKind) -> Int64 {
    switch kind {
    case .added: added
    case .removed: removed
    case .changed: changed
    }
  }
}
