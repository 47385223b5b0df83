public import Model

/// The side of the queue that people and programs use: submit builds and change their course.
/// Implemented by `Scheduling`; used by the HTTP API, the pages and triggers. Safe from any task.
public protocol BuildQueue: Sendable {
  /// Stores a build with its jobs, queued, and wakes an agent. Returns after it is durable.
  func submit(_ submission: Submission) async throws -> Build
  /// Asks for the end of a build: a queued one is `killed` at once, a running one within 2 seconds.
  /// Throws `QueueError.finished` where it has ended already.
  func kill(_ build: BuildID) async throws -> Build
  /// Queues the same plan again as a new build.
  func rerun(_ build: BuildID, by user: UserID) async throws -> Build
  /// Keeps the build's artifacts from curation, or no longer.
  func setPinned(_ build: BuildID, _ pinned: Bool) async throws -> Build
  /// Adds tags; those that are there already are left.
  func addTags(_ build: BuildID, _ tags: [String]) async throws -> Build
  /// Removes a tag; an absent one is fine.
  func removeTag(_ build: BuildID, _ tag: String) async throws -> Build
  /// Tells the owner's listeners that a registered repository is new, was changed, checked or removed. Whoever changes
  /// repositories stores the change first.
  func announce(_ repository: RepositoryID, of owner: UserID)
  /// All changes of builds, jobs and repositories from now on. Ends when the server stops.
  func events(_ filter: EventFilter) -> EventSubscription
}

/// Why the queue refused.
public enum QueueError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No build has this number.
  case notFound(BuildID)
  /// The build has ended; its course cannot be changed.
  case finished(BuildID, Status)
  /// The agent's lease is no longer the build's: it ran out, or the server ended the build. The agent must stop.
  case staleLease(BuildID)
  /// A log was appended past its end; `expected` is where the next byte belongs.
  case logGap(JobID, expected: Int64)
  /// The log has reached its limit of this many bytes; the rest is not stored. One line of at most 256 bytes may still
  /// be appended at `limit`, to say so.
  case logFull(JobID, limit: Int64)
  /// An artifact is larger than this many bytes.
  case artifactTooLarge(name: String, limit: Int64)
  /// The server's disk is full; nothing was changed, and the same may succeed once there is space. The text says what
  /// could not be done.
  case noSpace(String)
  /// The repository's ref does not stand where the submission's move begins: somebody else has stored a move of it.
  case moved(RefMove)
  /// The server does not answer, or not now; nothing is known of what was asked, and the same may succeed later.
  case unavailable(String)
  /// The value is not one that can be stored; the text says why.
  case invalid(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .notFound(let build): "there is no build \(build)"
    case .finished(let build, let status): "build \(build) has ended already: \(status.title.lowercased())"
    case .staleLease(let build): "the lease of build \(build) is not valid any more"
    case .logGap(let job, let expected): "the log of job \(job) continues at byte \(expected)"
    case .logFull(let job, let limit): "the log of job \(job) has reached its limit of \(limit) bytes"
    case .artifactTooLarge(let name, let limit): "artifact \(name) is larger than the limit of \(limit) bytes"
    case .noSpace(let what): "the server's disk is full: \(what)"
    case .moved(let move): "\(move.name) of repository \(move.repository) has moved meanwhile"
    case .unavailable(let reason), .invalid(let reason): reason
    }
  }
}

/// An agent that the server will not have, whatever it tries: its token opens nothing, or its version does not fit. The
/// sentence says what to do.
public struct AgentRefused: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence for people.
  public var description: String

  /// A refusal with this sentence.
  public init(_ description: String) { self.description = description }
}

/// Which changes to hear of.
public enum EventFilter: Sendable, Hashable {
  /// One build and its jobs.
  case build(BuildID)
  /// All builds and repositories of one owner.
  case owner(UserID)
}

/// A change that was stored.
public enum BuildEvent: Sendable, Hashable {
  /// A build is new, or its status, tags or pin have changed.
  case build(Build)
  /// A job's status has changed.
  case job(Job)
  /// An artifact was collected.
  case artifact(Artifact)
  /// A job of a build has come further with Nix: how far is in the store.
  case nix(JobID)
  /// A registered repository is new, was changed, checked or removed: its present state is in the store.
  case repository(RepositoryID)
  /// Something about the agents has changed, or one was heard of: how they are is in the store. Told at most every few
  /// seconds where nothing but the last contact is new.
  case agents
  /// The subscriber was too slow and changes were left out: it should read the present state anew.
  case missed
}

/// A live sequence of changes. Iterate it once.
public struct EventSubscription: AsyncSequence, Sendable {
  /// What the stream yields.
  public typealias Element = BuildEvent
  private let stream: AsyncStream<BuildEvent>
  /// Around a stream whose termination handler unsubscribes.
  public init(_ stream: AsyncStream<BuildEvent>) { self.stream = stream }
  /// Begins.
  public func makeAsyncIterator() -> AsyncStream<BuildEvent>.Iterator { stream.makeAsyncIterator() }
}
