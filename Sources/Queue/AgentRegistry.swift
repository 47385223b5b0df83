public import Model

/// Knows the agents: what they are, when each was last heard of, and whether it is to take builds. Implemented by
/// `Scheduling`. Safe from any task.
public protocol AgentRegistry: Sendable {
  /// An agent was heard of. Returns whether it is to take builds. Cheap: agents ask for builds all the time.
  func seen(_ contact: AgentContact) async throws -> AgentOrder
}

/// Whether an agent is to take builds.
public enum AgentOrder: String, Codable, Sendable, Hashable {
  /// It takes what suits it.
  case work
  /// It ends what it has and takes nothing more.
  case drain
}

/// What an agent says of itself whenever it asks for a build.
public struct AgentContact: Codable, Sendable, Hashable {
  /// Its name, unique for its owner.
  public var name: String
  /// Whose token it has; nil for the agents of the server itself.
  public var owner: UserID?
  /// Names the process: another one after each start.
  public var instance: String
  /// How many builds it runs at once.
  public var slots: Int
  /// How many of them it runs now.
  public var busy: Int
  /// The driver types it has.
  public var drivers: [String]
  /// What is said of it.
  public var labels: [String: String]
  /// The version of its program.
  public var version: String
  /// What it runs on.
  public var machine: AgentMachine

  /// The name of the server's own agent.
  public static let ownName = "local"

  /// What it says.
  public init(
    name: String, owner: UserID?, instance: String, slots: Int, busy: Int, drivers: [String],
    labels: [String: String], version: String, machine: AgentMachine
  ) {
    self.name = name
    self.owner = owner
    self.instance = instance
    self.slots = slots
    self.busy = busy
    self.drivers = drivers
    self.labels = labels
    self.version = version
    self.machine = machine
  }
}

/// The machine that an agent runs on.
public struct AgentMachine: Codable, Sendable, Hashable {
  /// Its name.
  public var host: String
  /// Its operating system, for people: `Debian GNU/Linux 12`.
  public var system: String
  /// `x86_64`, `aarch64`, ...
  public var architecture: String
  /// How many processors it has.
  public var processors: Int
  /// Its memory, in bytes.
  public var memory: Int64
  /// How many processes wanted to run, on average of the last minute, times 100; nil where it does not say.
  public var loadPercent: Int?

  /// A machine.
  public init(
    host: String, system: String, architecture: String, processors: Int, memory: Int64, loadPercent: Int? = nil
  ) {
    self.host = host
    self.system = system
    self.architecture = architecture
    self.processors = processors
    self.memory = memory
    self.loadPercent = loadPercent
  }
}
