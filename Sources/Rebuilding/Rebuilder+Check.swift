internal import Concurrency
internal import Git
internal import Lifecycle
internal import Model
internal import Planning
internal import Queue
internal import Store

extension Rebuilder {
  /// What came of asking a repository.
  private enum Answer {
    case refs(GitRefs)
    case failure(GitFailure)
  }

  /// Makes one check and says when the next is due.
  func check(_ start: CheckQueue.Start) async {
    var delay: Duration?
    do {
      delay = try await checked(start)
    } catch {
      // The server stops, or could not read or store; nothing is lost, since the next check sees the same.
      if !Task.isCancelled {
        log.warning("repository not checked", ["repository": "\(start.id)", "error": "\(error)"])
      }
    }
    state.withLock { state in
      let later =
        delay
        ?? state.checks.delay(
          after: .failed(failures: 1, isSilent: false), of: start.id, at: clock.uptime, &state.random)
      state.checks.ended(start.id, dueIn: later, at: clock.uptime)
    }
    changed.signal()
  }

  /// Asks, decides, submits and stores. Returns when the next check is due; nil where this was none.
  private func checked(_ start: CheckQueue.Start) async throws -> Duration? {
    guard let watched = try await store.watchedRepository(start.id) else {
      state.withLock { $0.checks.remove(start.id, at: clock.uptime) }
      return nil
    }
    guard watched.repository.isEnabled else { return nil }
    switch try await ask(watched) {
    case .refs(let refs): return try await take(refs, of: watched, start)
    case .failure(let failure): return try await note(failure, of: watched, start)
    }
  }

  private func ask(_ watched: WatchedRepository) async throws -> Answer {
    do {
      let address = try source.address(watched.address)
      return .refs(
        try await source.refs(
          of: address, named: watched.repository.watch.question, limit: settings.answerLimit))
    } catch let failure as GitFailure {
      return .failure(failure)
    } catch let error as GitAddressError {
      return .failure(GitFailure(.other, error.description))
    }
  }

  private func take(_ refs: GitRefs, of watched: WatchedRepository, _ start: CheckQueue.Start) async throws -> Duration
  {
    let repository = watched.repository
    let decision = CheckDecision(
      watch: repository.watch, known: watched.refs, remote: refs, limit: settings.buildsPerCheck)
    for move in decision.builds {
      let cause = BuildCause(decision.isFirst, start.cause)
      do {
        let build = try await queue.submit(watched.submission(of: move, cause, limits: settings.planLimits))
        state.withLock { $0.metrics.builds += 1 }
        log.info(
          "repository moved",
          ["repository": "\(repository.id)", "ref": move.name, "to": move.to, "build": "\(build.id)"])
      } catch QueueError.moved {
        // Somebody else has queued the build, or the repository was changed or removed meanwhile.
      }
    }
    // What was said stays until something happens.
    let notice = decision.isQuiet ? repository.notice ?? decision.notice : decision.notice
    let end = RepositoryCheck.State(notice: notice)
    let moves = decision.seen.map { RefMove(repository: repository.id, name: $0.name, from: $0.from, to: $0.to) }
    return try await finish(watched, start, .answered, end, isQuiet: decision.isQuiet) { check in
      (check.seen, check.deleted, check.forgotten) = (moves, decision.deleted, decision.forgotten)
    }
  }

  private func note(_ failure: GitFailure, of watched: WatchedRepository, _ start: CheckQueue.Start) async throws
    -> Duration
  {
    let repository = watched.repository
    let failures = min(repository.failures, 1_000_000) + 1
    if failures == 1 {
      log.warning("repository cannot be checked", ["repository": "\(repository.id)", "error": failure.description])
    }
    let end = RepositoryCheck.State(
      error: failure.description, errorSince: repository.errorSince ?? clock.now, failures: failures,
      notice: repository.notice)
    let outcome = CheckQueue.Outcome.failed(failures: failures, isSilent: failure.kind == .unreachable)
    return try await finish(watched, start, outcome, end, isQuiet: true) { _ in }
  }

  private func finish(
    _ watched: WatchedRepository, _ start: CheckQueue.Start, _ outcome: CheckQueue.Outcome,
    _ end: RepositoryCheck.State, isQuiet: Bool, _ details: (inout RepositoryCheck) -> Void
  ) async throws -> Duration {
    let id = watched.repository.id
    let delay = state.withLock { state in
      if outcome == .answered { state.metrics.succeeded += 1 } else { state.metrics.failed += 1 }
      return state.checks.delay(after: outcome, of: id, at: clock.uptime, &state.random)
    }
    let changed = end != RepositoryCheck.State(watched.repository)
    var check = RepositoryCheck(
      repository: id, checkedAt: clock.now, nextCheckAt: clock.now + delay, state: changed ? end : nil)
    details(&check)
    try await journal.write(check, owner: watched.repository.owner, now: changed || !isQuiet || start.cause != nil)
    return delay
  }
}
