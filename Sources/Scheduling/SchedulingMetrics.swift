public import Model
public import Queue

/// Figures about the queue at one moment. Counters begin at 0 with the server.
public struct SchedulingMetrics: Sendable, Hashable {
  /// Builds that wait for an agent.
  public var queued = 0
  /// Builds that run.
  public var running = 0
  /// Agents that wait for a build.
  public var waitingAgents = 0
  /// Agents, by state.
  public var agents: [AgentState: Int] = [:]
  /// The slots of the agents that are heard of.
  public var slots = 0
  /// Listeners to changes.
  public var subscribers = 0
  /// Counts submitted builds.
  public var submitted: Int64 = 0
  /// Counts builds that have ended, by status.
  public var finished: [Status: Int64] = [:]
  /// Counts builds whose agent was lost.
  public var lost: Int64 = 0
  /// Counts deleted artifacts.
  public var curatedArtifacts: Int64 = 0
  /// From the submission to the first claim.
  public var waits = WaitHistogram()
}
