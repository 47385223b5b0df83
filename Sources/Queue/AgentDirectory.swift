public import Model

/// What people and programs see of the agents, and what they can have them do. Implemented by `Scheduling`. Safe from any
/// task. Whoever asks sees his own agents and those that take everybody's builds; only his own he can change.
public protocol AgentDirectory: Sendable {
  /// The agents in the order in which they were first heard of, at most `limit` after `last`.
  func agents(of user: UserID, after last: AgentID?, limit: Int) async throws -> [Agent]
  /// One of them. Throws `AgentError.notFound`.
  func agent(_ id: AgentID, of user: UserID) async throws -> Agent
  /// Has an agent end what it has and take nothing more, or take builds again. Returns the agent as it is then.
  func setDraining(_ id: AgentID, _ isDraining: Bool, by user: UserID) async throws -> Agent
  /// Forgets an agent that is offline. Throws `AgentError.online` for another one.
  func removeAgent(_ id: AgentID, by user: UserID) async throws
  /// Why no agent has taken a queued build yet, as a sentence; nil where the build does not wait, or merely for its turn.
  func obstacle(for build: Build) async throws -> String?
  /// How the queue stood, oldest first.
  func history(_ span: QueueSpan) async throws -> [QueueMoment]
}

/// Why something of an agent was refused.
public enum AgentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no such agent, or none that he may see.
  case notFound(AgentID)
  /// It takes everybody's builds, but it is somebody else's.
  case notYours(AgentID)
  /// It cannot be removed while it is heard of.
  case online(name: String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .notFound(let id): "there is no agent \(id)"
    case .notYours(let id): "agent \(id) is somebody else's"
    case .online(let name): "agent \(name) is heard of; stop it first, then remove it"
    }
  }
}

/// An agent as it stands.
public struct Agent: Sendable, Hashable {
  /// Names it everywhere.
  public var id: AgentID
  /// Unique among its owner's.
  public var name: String
  /// Whose it is.
  public var owner: UserID
  /// True where it takes everybody's builds, not only its owner's.
  public var isShared: Bool
  /// Whether it takes builds.
  public var state: AgentState
  /// How many builds it runs at once.
  public var slots: Int
  /// How many it runs, whoever's they are.
  public var busy: Int
  /// Those of them that are the reader's.
  public var builds: [Build]
  /// The driver types it has.
  public var drivers: [String]
  /// Its labels.
  public var labels: [String: String]
  /// The version of its program.
  public var version: String
  /// What it runs on; nil where it has not said.
  public var machine: AgentMachine?
  /// When it was first heard of.
  public var createdAt: Timestamp
  /// When it was last heard of, to within some seconds.
  public var seenAt: Timestamp

  /// An agent with these values.
  public init(
    id: AgentID, name: String, owner: UserID, isShared: Bool, state: AgentState, slots: Int, busy: Int,
    builds: [Build], drivers: [String], labels: [String: String], version: String, machine: AgentMachine?,
    createdAt: Timestamp, seenAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.owner = owner
    self.isShared = isShared
    self.state = state
    self.slots = slots
    self.busy = busy
    self.builds = builds
    self.drivers = drivers
    self.labels = labels
    self.version = version
    self.machine = machine
    self.createdAt = createdAt
    self.seenAt = seenAt
  }
}

/// Whether an agent takes builds.
public enum AgentState: String, Sendable, Hashable, CaseIterable {
  /// It is heard of and takes builds.
  case online
  /// It is heard of, and takes nothing more.
  case draining
  /// It was not heard of for the time of three leases.
  case offline
}

/// How far back to look.
public enum QueueSpan: String, Sendable, Hashable, CaseIterable {
  /// The last hour, a minute each.
  case hour
  /// The last day, a quarter of an hour each.
  case day

  /// How many minutes it is.
  public var minutes: Int64 { self == .hour ? 60 : 1440 }
  /// How many of them are told together.
  public var step: Int64 { self == .hour ? 1 : 15 }
}

/// How the queue stood in a minute, or in several together.
public struct QueueMoment: Sendable, Hashable {
  /// When it began.
  public var time: Timestamp
  /// The most builds that waited at once.
  public var queued: Int64
  /// The most builds that ran at once.
  public var running: Int64
  /// How many builds agents have taken.
  public var begun: Int64
  /// How long these have waited on average; nil where none was taken.
  public var meanWait: Duration?
  /// How long the one has waited that waited longest.
  public var longestWait: Duration

  /// A moment.
  public init(
    time: Timestamp, queued: Int64, running: Int64, begun: Int64, meanWait: Duration?, longestWait: Duration
  ) {
    self.time = time
    self.queued = queued
    self.running = running
    self.begun = begun
    self.meanWait = meanWait
    self.longestWait = longestWait
  }
}
