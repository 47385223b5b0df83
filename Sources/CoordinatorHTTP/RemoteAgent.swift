public import Queue

/// What an agent says of itself to a server elsewhere.
public struct RemoteAgent: Sendable {
  /// The server: `http://127.0.0.1:8080`, without a slash at the end.
  public var server: String
  /// The token of an agent.
  public var token: String
  /// Its name, for people.
  public var name: String
  /// Names the process: `INSTALLATION.PROCESS`, of which nobody else has the first part while this process runs, and
  /// nobody ever has the second.
  public var instance: String
  /// How many builds it runs at once.
  public var slots: Int
  /// What is said of it.
  public var labels: [String: String]
  /// The version of its program.
  public var version: String
  /// What it runs on, at present.
  public var machine: @Sendable () -> AgentMachine
  /// The folder for what logs hold until the server has it; it belongs to this process alone.
  public var spool: String
  /// How much of a job's log waits for the server before the job waits, in bytes.
  public var spoolLimit: Int64

  /// An agent.
  public init(
    server: String, token: String, name: String, instance: String, slots: Int, labels: [String: String],
    version: String, machine: @escaping @Sendable () -> AgentMachine, spool: String, spoolLimit: Int64 = 1 << 30
  ) {
    self.server = server
    self.token = token
    self.name = name
    self.instance = instance
    self.slots = slots
    self.labels = labels
    self.version = version
    self.machine = machine
    self.spool = spool
    self.spoolLimit = spoolLimit
  }
}
