import Concurrency
import Model
import Queue
import Scheduling

/// The scheduler, but of changes listeners hear only what the test says.
final class SilentQueue: BuildQueue {
  private let scheduler: Scheduler
  private let listeners = Lock<[AsyncStream<BuildEvent>.Continuation]>([])

  init(_ scheduler: Scheduler) { self.scheduler = scheduler }

  func events(_ filter: EventFilter) -> EventSubscription {
    let (stream, continuation) = AsyncStream.makeStream(of: BuildEvent.self)
    listeners.withLock { $0.append(continuation) }
    return EventSubscription(stream)
  }

  func say(_ event: BuildEvent) { for listener in listeners.withLock({ $0 }) { listener.yield(event) } }

  func announce(_ repository: RepositoryID, of owner: UserID) { say(.repository(repository)) }
  func submit(_ submission: Submission) async throws -> Build { try await scheduler.submit(submission) }
  func kill(_ build: BuildID) async throws -> Build { try await scheduler.kill(build) }
  func rerun(_ build: BuildID, by user: UserID) async throws -> Build { try await scheduler.rerun(build, by: user) }
  func setPinned(_ build: BuildID, _ pinned: Bool) async throws -> Build {
    try await scheduler.setPinned(build, pinned)
  }
  func addTags(_ build: BuildID, _ tags: [String]) async throws -> Build { try await scheduler.addTags(build, tags) }
  func removeTag(_ build: BuildID, _ tag: String) async throws -> Build { try await scheduler.removeTag(build, tag) }
}
