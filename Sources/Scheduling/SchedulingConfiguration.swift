public import Model

/// The times and limits of scheduling.
public struct SchedulingConfiguration: Sendable, Hashable {
  /// How long a claim lasts without being renewed.
  public var lease: Duration = .seconds(30)
  /// How long a stopped job has between TERM and KILL; the agent is given this and almost a second more to finish.
  public var killGrace: Duration = .seconds(1)
  /// How long the driver may take to be created.
  public var driverCreationLimit: Duration = .seconds(driverCreationLimitSeconds)
  /// How many agents may begin a build before it is given up.
  public var attemptLimit = 3
  /// The largest log of a job, in bytes.
  public var logLimit: Int64 = 1 << 30
  /// The largest artifact, in bytes.
  public var artifactLimit: Int64 = 10 << 30
  /// How many bytes of artifacts a user keeps who has no limit of his own.
  public var artifactsKept: Int64 = 1 << 30
  /// The user whose agents, and the server's own, take everybody's builds; nil where no agent is known by more than its
  /// name.
  public var administrator: UserID?
  /// How often artifacts are curated.
  public var curationInterval: Duration = .seconds(60)

  /// The defaults.
  public init() {}

  /// What of a log's limit is kept for a line that says how much is missing.
  var lastLineRoom: Int64 { min(256, logLimit / 4) }

  /// How much of a job's output a log holds.
  var outputLimit: Int64 { logLimit - lastLineRoom }

  /// An agent that was not heard of for so long is offline.
  var agentSilence: Duration { lease * 3 }

  /// How often agents are looked after.
  var agentInterval: Duration { min(max(lease / 3, .milliseconds(200)), .seconds(10)) }

  /// From asking an agent to stop to ending the build without it: less than a second more than the grace, so that
  /// with the default grace a killed build has ended within two seconds.
  var stopLimit: Duration { killGrace + .milliseconds(900) }
}
