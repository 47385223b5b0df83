import Concurrency
import Model
import Queue
import Store

/// The part of a queue that stores builds and tells listeners of repositories.
final class StoringQueue: BuildQueue {
  struct NotHere: Error {}
  let store: Store
  let builds = Lock<[Build]>([])
  let announced = Lock<[RepositoryID]>([])
  /// What the next submissions throw, after they have been stored or instead of it.
  let failures = Lock<[any Error]>([])
  private let clock: any SchedulingClock
  private let stream = AsyncStream<BuildEvent>.makeStream()

  init(_ store: Store, _ clock: any SchedulingClock) {
    self.store = store
    self.clock = clock
  }

  func submit(_ submission: Submission) async throws -> Build {
    if let failure = failures.withLock({ $0.popLast() }) { throw failure }
    do {
      let build = try await store.submit(submission, at: clock.now).build
      builds.withLock { $0.append(build) }
      return build
    } catch StoreError.moved(let move) { throw QueueError.moved(move) }
  }

  func announce(_ repository: RepositoryID, of owner: UserID) {
    announced.withLock { $0.append(repository) }
    stream.continuation.yield(.repository(repository))
  }

  /// Waits until a repository has been announced `count` times in all.
  func announcements(_ count: Int) async {
    if announced.withLock({ $0.count }) >= count { return }
    for await _ in stream.stream where announced.withLock({ $0.count }) >= count { return }
  }

  func kill(_ build: BuildID) async throws -> Build { throw NotHere() }
  func rerun(_ build: BuildID, by user: UserID) async throws -> Build { throw NotHere() }
  func setPinned(_ build: BuildID, _ pinned: Bool) async throws -> Build { throw NotHere() }
  func addTags(_ build: BuildID, _ tags: [String]) async throws -> Build { throw NotHere() }
  func removeTag(_ build: BuildID, _ tag: String) async throws -> Build { throw NotHere() }
  func events(_ filter: EventFilter) -> EventSubscription { EventSubscription(AsyncStream { $0.finish() }) }
}
