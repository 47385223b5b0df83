internal import Concurrency
internal import Logs
public import Model
public import Queue
internal import Store

extension Scheduler: BuildQueue {
  /// Stores a build, queued, and wakes the one agent that will take it.
  public func submit(_ submission: Submission) async throws -> Build {
    try SubmissionCheck.check(submission)
    var submission = submission
    submission.tags = SubmissionCheck.unique(submission.tags)
    let stored = try await store(submission)
    state.withLock { $0.metrics.submitted += 1 }
    hub.publish([.build(stored.build)], build: stored.build.id, owner: stored.build.owner)
    enqueue(stored.entry)
    return stored.build
  }

  /// Asks for the end of a build.
  public func kill(_ id: BuildID) async throws -> Build {
    try await turns.withTurn(of: id) {
      guard let build = try await store.build(id) else { throw QueueError.notFound(id) }
      switch build.status {
      case .queued: return try await killQueued(build)
      case .running: return try await requestStop(build, .killed, reason: nil)
      default: throw QueueError.finished(id, build.status)
      }
    }
  }

  /// Queues the same plan again, under the user's next number.
  public func rerun(_ id: BuildID, by user: UserID) async throws -> Build {
    guard let build = try await store.build(id),
      let (manifest, plan) = try await store.submitted(id, owner: build.owner)
    else { throw QueueError.notFound(id) }
    var data = build.trigger.data
    data["rerun_of"] = "\(id)"
    var service = build.service
    service?.progress = ServiceProgress()
    return try await submit(
      Submission(
        owner: user, namespace: build.namespace, kind: build.kind, manifest: manifest, plan: plan,
        trigger: Trigger(type: .manual, comment: build.trigger.comment, data: data), tags: build.tags,
        service: service))
  }

  /// Keeps the build's artifacts from curation, or no longer.
  public func setPinned(_ id: BuildID, _ pinned: Bool) async throws -> Build {
    try await mark(id) { try await store.setPinned(id, pinned) }
  }

  /// Adds tags.
  public func addTags(_ id: BuildID, _ tags: [String]) async throws -> Build {
    let tags = SubmissionCheck.unique(tags)
    try SubmissionCheck.check(tags: tags)
    return try await mark(id) { try await store.addTags(id, tags) }
  }

  /// Removes a tag.
  public func removeTag(_ id: BuildID, _ tag: String) async throws -> Build {
    try await mark(id) { try await store.removeTag(id, tag) }
  }

  /// Tells listeners of a change of a repository.
  public func announce(_ repository: RepositoryID, of owner: UserID) { hub.publish(repository, owner: owner) }

  /// All changes from now on.
  public func events(_ filter: EventFilter) -> EventSubscription { hub.subscribe(filter) }

  private func store(_ new: Submission) async throws -> (build: Build, jobs: [Job], entry: QueuedBuild) {
    do { return try await store.submit(new, at: clock.now) } catch StoreError.moved(let move) {
      throw QueueError.moved(move)
    }
  }

  private func mark(_ id: BuildID, _ change: () async throws -> Build?) async throws -> Build {
    try await turns.withTurn(of: id) {
      guard let build = try await change() else { throw QueueError.notFound(id) }
      hub.publish([.build(build)], build: id, owner: build.owner)
      return build
    }
  }

  /// Puts a build on the queue in memory, or into the hands of an agent that waits.
  func enqueue(_ entry: QueuedBuild) {
    let taken = state.withLock { state -> (CheckedContinuation<QueuedBuild, any Error>, QueuedBuild)? in
      defer { state.sample.note(state.desk.queue.count, state.live.count) }
      guard let match = state.desk.add(entry), let claim = state.claims.removeValue(forKey: match.waiter) else {
        return nil
      }
      return (claim.continuation, match.entry)
    }
    taken?.0.resume(returning: taken?.1 ?? entry)
  }

  private func killQueued(_ build: Build) async throws -> Build {
    // A build that was begun before has logs that are still open.
    let begun = try await store.jobs(of: build.id, owner: build.owner).filter {
      $0.startedAt != nil && !$0.status.isFinal
    }
    let rows = try await logs.end(begun.map(\.id)) { ended in
      let rows = try await store.finish(
        build.id, lease: nil, after: ended.keptLogs, status: .killed, jobs: .killed, reason: nil,
        logSizes: ended.mapValues(\.state.size), at: clock.now)
      // The turn is ours, so nobody has claimed it since it was read.
      guard let rows else { throw QueueError.notFound(build.id) }
      return rows
    }
    guard let killed = rows.build else { throw QueueError.notFound(build.id) }
    // Only now: where it could not be stored the build is still queued.
    state.withLock { $0.desk.remove(build.id) }
    noteEnd(rows, build.id, build.owner)
    return killed
  }

  /// Tells counters and listeners of the end of a build; whoever hears of it finds it counted.
  func noteEnd(_ rows: ChangedRows, _ build: BuildID, _ owner: UserID) {
    if let status = rows.build?.status, status.isFinal {
      state.withLock { $0.metrics.finished[status, default: 0] += 1 }
    }
    publish(rows, build, owner)
  }
}
