internal import Git
internal import Model

/// What a check of a repository leads to: made of what is known of its refs and what the repository says of them, and
/// of nothing else.
struct CheckDecision: Sendable, Hashable {
  /// A ref that is somewhere else than it was.
  struct Move: Sendable, Hashable {
    /// The full name.
    var name: String
    /// Where the move begins for whoever stores it; nil where the ref is new or came back.
    var from: String?
    /// Where it was before, for people: also of a ref that was gone, and of the default branch by its old name.
    var previous: String?
    /// Where it is.
    var to: String
  }

  /// Moves to build, in this order.
  var builds: [Move] = []
  /// Moves to store without a build.
  var seen: [Move] = []
  /// Refs that are gone.
  var deleted: [String] = []
  /// Refs that are not watched any more.
  var forgotten: [String] = []
  /// What people should know; nil where there is nothing.
  var notice: String?
  /// True where nothing of the repository was known.
  var isFirst = false

  /// True where nothing has changed.
  var isQuiet: Bool { builds.isEmpty && seen.isEmpty && deleted.isEmpty && forgotten.isEmpty }
}

extension CheckDecision {
  /// Decides. `limit` is how many builds one check may lead to.
  init(watch: RefPattern, known: [RepositoryRef], remote: GitRefs, limit: Int) {
    let watched = watch.watched(remote)
    isFirst = known.isEmpty
    var moves = Self.moves(known, watched)
    if watch == .defaultBranch {
      followDefaultBranch(known, watched, &moves)
    } else {
      leaveOut(known, watched, watch)
    }
    choose(from: moves, watch, limit: limit)
    if notice == nil { notice = Self.missing(watch, watched, deleted) }
  }

  private static func moves(_ known: [RepositoryRef], _ watched: [String: String]) -> [Move] {
    let known = Dictionary(known.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    return watched.compactMap { name, commit in
      guard let ref = known[name] else { return Move(name: name, to: commit) }
      if ref.deletedAt != nil { return Move(name: name, from: nil, previous: ref.commit, to: commit) }
      return ref.commit == commit ? nil : Move(name: name, from: ref.commit, previous: ref.commit, to: commit)
    }
  }

  /// The default branch has one name at a time: where that is another one now, it is still the same thing that is
  /// watched, and what was built under the old name is not built again.
  private mutating func followDefaultBranch(
    _ known: [RepositoryRef], _ watched: [String: String], _ moves: inout [Move]
  ) {
    guard let name = watched.keys.first else {
      deleted = known.filter { $0.deletedAt == nil }.map(\.name)
      return
    }
    forgotten = known.map(\.name).filter { $0 != name }.sorted()
    guard let old = known.first(where: { $0.name != name && $0.deletedAt == nil }),
      let index = moves.firstIndex(where: { $0.name == name && $0.previous == nil })
    else { return }
    notice = "The default branch is \(RepositoryRef.shortName(name)) now; it was \(RepositoryRef.shortName(old.name))."
    moves[index].previous = old.commit
    if moves[index].to == old.commit { seen.append(moves.remove(at: index)) }
  }

  /// Refs that are known and not there: gone, or not meant by the pattern any more.
  private mutating func leaveOut(_ known: [RepositoryRef], _ watched: [String: String], _ watch: RefPattern) {
    let names = Dictionary(known.map { ($0.name, "") }, uniquingKeysWith: { $1 })
    let meant = watch.watched(GitRefs(commits: names))
    forgotten = known.map(\.name).filter { meant[$0] == nil }
    deleted = known.filter { $0.deletedAt == nil && meant[$0.name] != nil && watched[$0.name] == nil }.map(\.name)
    // What is known of other refs says nothing about these.
    if forgotten.count == known.count { isFirst = true }
  }

  /// Builds of tags begin with the highest version. A repository that has just been registered has a history that
  /// nobody asked to be built: of its tags only the newest is.
  private mutating func choose(from moves: [Move], _ watch: RefPattern, limit: Int) {
    let isTags = if case .tags = watch { true } else { false }
    let ordered = moves.sorted { isNaturallyBefore($0.name, $1.name) != isTags && $0.name != $1.name }
    let count = min(isTags && isFirst ? 1 : limit, ordered.count)
    builds += ordered.prefix(count)
    seen += ordered.dropFirst(count)
    guard count < ordered.count else { return }
    let rest = ordered.count - count
    let what = isTags ? "tags" : "branches"
    notice =
      isFirst
      ? "\(ordered.count) \(what) match; \(isTags ? "the newest was" : "the first \(count) were") built, the others are "
        + "built when they move."
      : "\(ordered.count) \(what) moved at once; \(count) were built, \(rest) \(rest == 1 ? "is" : "are") built when "
        + "\(rest == 1 ? "it moves" : "they move") again."
  }

  /// Why there is nothing to build, where that is so.
  private static func missing(_ watch: RefPattern, _ watched: [String: String], _ deleted: [String]) -> String? {
    if let first = deleted.first {
      let others = deleted.count > 1 ? " and \(deleted.count - 1) more" : ""
      return "\(RepositoryRef.shortName(first))\(others) was deleted; it is built again when it comes back."
    }
    if !watched.isEmpty { return nil }
    return watch == .defaultBranch
      ? "The default branch has no commit yet; its first one is built."
      : "There is no \(watch.title.replacingBranchesByBranch); the first that comes is built."
  }
}

extension String {
  /// `branch like release-*`, after "no".
  fileprivate var replacingBranchesByBranch: String {
    for (plural, singular) in [("branches", "branch"), ("tags", "tag")] where hasPrefix(plural) {
      return singular + dropFirst(plural.count)
    }
    return self
  }
}
