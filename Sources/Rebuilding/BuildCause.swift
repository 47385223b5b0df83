internal import Model
internal import Planning
internal import Queue
internal import Store

/// Why a build of a repository is queued.
enum BuildCause: Sendable, Hashable {
  /// It was registered, or is watched differently.
  case registration
  /// A ref moved.
  case move
  /// A ref moved, and a forge has told of it.
  case webhook
  /// Somebody wants it.
  case person(comment: String)

  init(_ isFirst: Bool, _ cause: CheckCause?) {
    self = isFirst ? .registration : cause == .webhook ? .webhook : .move
  }

  private var kind: Trigger.Kind {
    switch self {
    case .registration, .person: .manual
    case .move: .rebuild
    case .webhook: .push
    }
  }

  func trigger(_ move: CheckDecision.Move, of repository: Repository) -> Trigger {
    var data = [
      "repository": "\(repository.id)", "ref": move.name, "new": move.to, "url": repository.url,
    ]
    data["old"] = move.previous
    return Trigger(type: kind, comment: comment(move), data: data)
  }

  private func comment(_ move: CheckDecision.Move) -> String {
    if case .person(let comment) = self, !comment.isEmpty { return comment }
    let (name, commit) = (RepositoryRef.shortName(move.name), move.to.prefix(8))
    guard let previous = move.previous, previous != move.to else { return "\(name) at \(commit)" }
    return "\(name) moved from \(previous.prefix(8)) to \(commit)"
  }
}

extension WatchedRepository {
  /// A build of the commit that a ref has moved to; of the commit and not of the ref, so that what is built is what
  /// the build is named for, wherever the ref goes meanwhile.
  func submission(of move: CheckDecision.Move, _ cause: BuildCause, limits: PlanLimits) -> Submission {
    Submission(
      owner: repository.owner, namespace: repository.namespace, kind: .program, manifest: repository.manifest ?? "",
      plan: programPlan(address, reference: move.to, manifest: repository.manifest, limits: limits),
      trigger: cause.trigger(move, of: repository),
      move: RefMove(repository: repository.id, name: move.name, from: move.from, to: move.to))
  }
}
