internal import Concurrency
internal import Logs
public import Model
public import Queue
internal import Store

extension Scheduler {
  /// Stores what the build's `detect` job has found, and tells whoever listens of the jobs that follow from it.
  public func extend(_ lease: Lease, by found: PlanExtension) async throws -> ExtendedPlan {
    try await turns.withTurn(of: lease.build) {
      let owner = try withLive(lease) { $0.owner }
      guard let extended = try await store(found, lease) else { throw QueueError.staleLease(lease.build) }
      try await logs.end(extended.dropped) { ended in
        guard !ended.isEmpty else { return }
        let rows = try await store.apply(ended.keptLogs, under: lease.stored)
        guard rows != nil else { throw QueueError.staleLease(lease.build) }
      }
      let begun = try await begunLogs(extended.jobs)
      let timeout = try withLive(lease) { live in
        live.extend(extended.plan, jobs: extended.jobs, logSizes: begun.mapValues(\.logSize))
        return live.stop == nil ? live.begun + live.timeout : nil
      }
      if let timeout { setDeadline(.timeout(lease.build), at: timeout) }
      // The build too, since what it does has changed.
      let added = extended.jobs.filter { extended.added.contains($0.id) }
      publish(ChangedRows(build: extended.build, jobs: added), lease.build, owner)
      return ExtendedPlan(
        plan: extended.plan, jobs: extended.jobs.map { begun[$0.id] ?? AssignedJob(id: $0.id, logSize: 0) })
    }
  }

  private func store(_ found: PlanExtension, _ lease: Lease) async throws -> ExtendedBuild? {
    do {
      return try await sayingNoSpace("the build's plan could not be stored") {
        try await store.extend(lease.stored, by: found, at: clock.now)
      }
    } catch let error as StoreError {
      guard case .notExtensible = error else { throw error }
      throw QueueError.invalid("\(error)")
    }
  }
}
