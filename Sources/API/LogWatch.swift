internal import Concurrency
internal import Logs
internal import Model
internal import Queue
internal import Store

/// What is known of a job and its log, kept up to date while somebody follows them. One task waits on it.
final class LogWatch: Sendable {
  struct Known: Sendable {
    var log: LogState
    var status: Status
    /// The server stops: nothing will change any more.
    var isClosed = false
  }
  private let known: Lock<Known>
  private let changed = Wakeup()

  private init(_ known: Known) { self.known = Lock(known) }

  /// What is known now.
  var now: Known { known.withLock { $0 } }

  /// Waits until something has changed since the last wait. Returns at once when the task is cancelled.
  func wait() async { await changed.wait() }

  /// Runs `consume` while the job and its log are followed, until it returns.
  static func follow(
    _ job: Job, owner: UserID, _ dependencies: APIDependencies,
    _ consume: @escaping @Sendable (LogWatch) async throws -> Void
  ) async throws {
    // Subscribed before the present state is read: no change falls between the two.
    let events = dependencies.queue.events(.build(job.build))
    let present = try await dependencies.store.job(job.id, owner: owner)?.job ?? job
    let watch = LogWatch(Known(log: try await dependencies.logs.state(job.id), status: present.status))
    if present.status.isFinal { return try await consume(watch) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await watch.followLog(job.id, dependencies.logs)
        return false
      }
      group.addTask {
        try await watch.followStatus(job.id, owner: owner, events, dependencies.store)
        return false
      }
      group.addTask {
        try await consume(watch)
        return true
      }
      defer { group.cancelAll() }
      while let isConsumed = try await group.next() {
        if isConsumed { return }
      }
    }
  }

  private func update(_ change: (inout Known) -> Void) {
    known.withLock { change(&$0) }
    changed.signal()
  }

  private func followLog(_ job: JobID, _ logs: any LogStore) async throws {
    var state = now.log
    while !state.ended {
      state = try await logs.changed(job, beyond: state.size)
      update { $0.log = state }
    }
  }

  private func followStatus(_ job: JobID, owner: UserID, _ events: EventSubscription, _ store: Store) async throws {
    for await event in events {
      switch event {
      case .job(let changed) where changed.id == job: set(changed.status)
      case .missed: if let present = try await store.job(job, owner: owner) { set(present.job.status) }
      case .build(let build) where build.status.isFinal:
        // The last word on a job of a build that is over, should its own event have been left out.
        if let present = try await store.job(job, owner: owner) { set(present.job.status) }
      default: continue
      }
      if now.status.isFinal { return }
    }
    update { $0.isClosed = true }
  }

  /// A final status stays; events may be older than what the store said.
  private func set(_ status: Status) {
    update { known in
      if !known.status.isFinal { known.status = status }
    }
  }
}
