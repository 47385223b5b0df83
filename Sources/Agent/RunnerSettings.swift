public import Git
public import Model

/// What the runner is told about its surroundings.
public struct RunnerSettings: Sendable {
  /// Between TERM and KILL when a build is stopped.
  public var killGrace: Duration
  /// How long a driver may take to make an environment.
  public var driverCreationLimit: Duration
  /// How many files one artifact rule may collect.
  public var artifactLimit: Int
  /// How git is used.
  public var git: GitSettings
  /// All variables that Nix gets where Wright asks it about the store.
  public var nixEnvironment: [EnvironmentVariable]

  /// Where builds with Nix push that name no cache; nil where they do not.
  public var nixPush: @Sendable () -> NixPush?

  /// Settings; all but git's have a sensible value.
  public init(
    git: GitSettings, killGrace: Duration = .seconds(1),
    driverCreationLimit: Duration = .seconds(driverCreationLimitSeconds), artifactLimit: Int = 10_000,
    nixEnvironment: [EnvironmentVariable] = [], nixPush: @escaping @Sendable () -> NixPush? = { nil }
  ) {
    self.nixPush = nixPush
    self.nixEnvironment = nixEnvironment
    self.git = git
    self.killGrace = killGrace
    self.driverCreationLimit = driverCreationLimit
    self.artifactLimit = artifactLimit
  }
}
