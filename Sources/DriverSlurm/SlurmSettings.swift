public import Model

/// How the driver finds its cluster.
public struct SlurmSettings: Sendable {
  /// A folder that this agent and the cluster's nodes see under the same path. It is this agent's alone.
  public var folder: String
  /// What Slurm's programs are configured by: `SLURM_CONF` where it is not in its usual place.
  public var environment: [EnvironmentVariable]
  /// How long a job may wait for the cluster before its log says so.
  public var patience: Duration
  /// How often output is looked at of which the kernel does not tell, because another machine writes it.
  public var lookInterval: Duration
  /// How old what is known of the cluster's jobs may be.
  public var stateInterval: Duration

  /// Settings; all but the folder have a sensible value.
  public init(
    folder: String, environment: [EnvironmentVariable] = [], patience: Duration = .seconds(3),
    lookInterval: Duration = .milliseconds(500), stateInterval: Duration = .seconds(2)
  ) {
    self.folder = folder
    self.environment = environment
    self.patience = patience
    self.lookInterval = lookInterval
    self.stateInterval = stateInterval
  }
}
