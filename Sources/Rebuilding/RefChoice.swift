internal import Git
internal import Model
internal import Queue

/// Which ref somebody means who wants a repository built, and from where it moves by that.
struct RefChoice {
  let watch: RefPattern
  let known: [RepositoryRef]
  let remote: GitRefs

  /// The move of the ref called `name`, in full or in short; nil for the only one that is watched, or the default
  /// branch. Throws `RegistryError.invalid` where it is not clear or not there.
  func move(_ name: String?) throws -> CheckDecision.Move {
    let watched = watch.watched(remote)
    let ref = try ref(name, watched.keys.sorted(by: isNaturallyBefore))
    guard let commit = watched[ref] else { throw Self.refusal("'\(ref)' is not there") }
    let old = known.first { $0.name == ref }
    let from = old?.deletedAt == nil ? old?.commit : nil
    return CheckDecision.Move(name: ref, from: from, previous: old?.commit, to: commit)
  }

  private func ref(_ name: String?, _ watched: [String]) throws -> String {
    if watched.isEmpty { throw Self.refusal("the repository has no commit of \(watch.title)") }
    guard let name else {
      if let only = watched.first, watched.count == 1 { return only }
      if let head = remote.defaultBranch, watched.contains(head) { return head }
      throw Self.refusal("say which: \(Self.list(watched))")
    }
    if let ref = watched.first(where: { $0 == name || RepositoryRef.shortName($0) == name }) { return ref }
    throw Self.refusal("'\(name.prefix(200))' is not watched; there is \(Self.list(watched))")
  }

  private static func refusal(_ text: String) -> RegistryError { .invalid(field: "ref", text) }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).map(RepositoryRef.shortName).joined(separator: ", ")
    return names.count > 10 ? "\(shown) and \(names.count - 10) more" : shown
  }
}
