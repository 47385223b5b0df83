internal import Concurrency
internal import Model
internal import Queue
internal import Store

/// Changes on their way from the server that leads to those that follow.
extension Scheduler {
  /// Calls `sink` with a line for each change from now on, right after it was stored. Must not block.
  public func relayChanges(to sink: @escaping @Sendable (String) -> Void) { hub.relay(to: sink) }

  /// Takes a line that the leading server has told: what has changed is read anew where somebody listens, and handed on.
  /// Another line is left alone.
  public func hear(_ line: String) async {
    guard let notice = ChangeNotice(line) else { return }
    if notice == .agents { return hub.handOnAgents() }
    guard notice.filters.contains(where: hub.isHeard) else { return }
    do {
      if let event = try await event(of: notice) { hub.publish(event, to: notice.filters) }
    } catch {
      // Whoever listens reads for himself, once the database answers.
      missChanges()
    }
  }

  /// Lines may be missing: all listeners read anew.
  public func missChanges() { hub.missForAll() }

  private func event(of notice: ChangeNotice) async throws -> BuildEvent? {
    switch notice {
    case .build(let build, _): try await store.build(build).map { .build($0) }
    case .job(let job, _, let owner): try await store.job(job, owner: owner).map { .job($0.job) }
    case .artifact(let artifact, _, let owner):
      try await store.artifact(artifact, owner: owner).map { .artifact($0.artifact) }
    case .nix(let job, _, _): .nix(job)
    case .repository(let repository, _): .repository(repository)
    case .agents: .agents
    }
  }

  /// Another server leads, until `recover` is called: what that one has in memory is not known here.
  public func follow() { state.withLock { $0.isFollowing = true } }

  /// Throws what has a question handed on to the server that leads.
  func checkLeading() throws {
    if state.withLock({ $0.isFollowing }) { throw DatabaseError.following }
  }
}
