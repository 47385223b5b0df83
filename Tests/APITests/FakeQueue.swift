import Concurrency
import Model
import Queue
import Store

/// The queue over a real store, with the agent's side played by the test.
final class FakeQueue: BuildQueue {
  private struct State {
    var next = 0
    var listeners: [Int: (filter: EventFilter, continuation: AsyncStream<BuildEvent>.Continuation)] = [:]
    var fences: [BuildID: Int64] = [:]
  }
  private let state = Lock(State())
  private let store: Store
  private let clock: @Sendable () -> Timestamp

  init(store: Store, clock: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.clock = clock
  }

  var listeners: Int { state.withLock { $0.listeners.count } }

  func events(_ filter: EventFilter) -> EventSubscription {
    let (stream, continuation) = AsyncStream.makeStream(of: BuildEvent.self)
    let key = state.withLock { state in
      state.next += 1
      state.listeners[state.next] = (filter, continuation)
      return state.next
    }
    continuation.onTermination = { _ in self.state.withLock { $0.listeners[key] = nil } }
    return EventSubscription(stream)
  }

  func publish(_ event: BuildEvent, build: BuildID, owner: UserID) {
    let reached = state.withLock { state in
      state.listeners.values.filter { $0.filter == .build(build) || $0.filter == .owner(owner) }
    }
    for listener in reached { listener.continuation.yield(event) }
  }

  private func publish(_ rows: ChangedRows?, _ build: BuildID, _ owner: UserID) {
    for job in rows?.jobs ?? [] { publish(.job(job), build: build, owner: owner) }
    if let changed = rows?.build { publish(.build(changed), build: build, owner: owner) }
  }

  private func found(_ build: Build?, _ id: BuildID) throws -> Build {
    guard let build else { throw QueueError.notFound(id) }
    publish(.build(build), build: id, owner: build.owner)
    return build
  }

  func submit(_ submission: Submission) async throws -> Build {
    let made = try await store.submit(
      NewBuild(
        owner: submission.owner, namespace: submission.namespace, kind: submission.kind, manifest: submission.manifest,
        plan: submission.plan, trigger: submission.trigger, tags: submission.tags), at: clock())
    return try found(made.build, made.build.id)
  }

  func kill(_ build: BuildID) async throws -> Build {
    guard let present = try await store.build(build) else { throw QueueError.notFound(build) }
    if present.status.isFinal { throw QueueError.finished(build, present.status) }
    if present.status == .running { return present }
    let rows = try await store.finish(
      build, lease: nil, status: .killed, jobs: .killed, reason: nil, logSizes: [:], at: clock())
    publish(rows, build, present.owner)
    return rows?.build ?? present
  }

  func rerun(_ build: BuildID, by user: UserID) async throws -> Build {
    guard let present = try await store.build(build), let plan = try await store.plan(of: build, owner: user) else {
      throw QueueError.notFound(build)
    }
    return try await submit(
      Submission(
        owner: user, namespace: present.namespace, kind: present.kind,
        manifest: try await store.manifest(of: build, owner: user) ?? "", plan: plan,
        trigger: Trigger(type: .manual, data: ["rerun_of": "\(build)"]), tags: present.tags))
  }

  func setPinned(_ build: BuildID, _ pinned: Bool) async throws -> Build {
    try found(try await store.setPinned(build, pinned), build)
  }
  func addTags(_ build: BuildID, _ tags: [String]) async throws -> Build {
    try found(try await store.addTags(build, tags), build)
  }
  func removeTag(_ build: BuildID, _ tag: String) async throws -> Build {
    try found(try await store.removeTag(build, tag), build)
  }
}

/// The agent's side.
extension FakeQueue {
  /// An agent begins a build.
  func begin(_ build: Build) async throws {
    let (queued, _) = try await store.queuedBuilds()
    guard let entry = queued.first(where: { $0.id == build.id }) else { throw QueueError.notFound(build.id) }
    let claimant = Claimant(agent: "test", instance: "test")
    let claimed = try await store.claim(entry, by: claimant, until: clock() + .seconds(60), turn: 1, at: clock())
    guard let claimed else { throw QueueError.notFound(build.id) }
    state.withLock { $0.fences[build.id] = claimed.fence }
    publish(.build(claimed.build), build: build.id, owner: build.owner)
  }

  private func apply(_ change: StoredChange, _ build: Build) async throws {
    let lease = StoredLease(build: build.id, fence: state.withLock { $0.fences[build.id] ?? 0 })
    publish(try await store.apply([change], under: lease), build.id, build.owner)
  }

  func start(_ job: Job, of build: Build) async throws { try await apply(.started(job.id, at: clock()), build) }

  func end(_ job: Job, of build: Build, _ status: Status, logSize: Int64 = 0, exitCode: Int32? = 0) async throws {
    try await apply(.finished(job.id, status, exitCode: exitCode, logSize: logSize, at: clock()), build)
  }

  func setCommit(_ commit: String, of build: Build) async throws { try await apply(.commit(commit), build) }

  func end(_ build: Build, _ status: Status) async throws {
    let lease = StoredLease(build: build.id, fence: state.withLock { $0.fences[build.id] ?? 0 })
    let rows = try await store.finish(
      build.id, lease: lease, status: status, jobs: status, reason: nil, logSizes: [:], at: clock())
    publish(rows, build.id, build.owner)
  }
}
