/// What a build will do beyond its `detect` job, as that job has found out: it takes the place of everything that the
/// plan has after it.
public struct PlanExtension: Codable, Sendable, Hashable {
  /// The manifest that says the same, for people: the repository's own, or one made from what was detected.
  public var manifest: String
  /// Where the jobs run. Where it is not what the plan has, `setup` holds a `createDriver` step for it.
  public var driver: DriverSpecification
  /// What the agent must have that goes on with the build; replaces the plan's.
  public var labels: [String: String]
  /// Variables for every job; replaces the plan's.
  public var environment: [EnvironmentVariable]
  /// Files to place; replaces the plan's.
  public var objects: [ObjectPlacement]
  /// Repositories to clone beyond the plan's first; `Step.clone(1)` is the first of them.
  public var sources: [Source]
  /// Further jobs of the stage `setup`: another driver's creation, the clones of `sources`.
  public var setup: [PlannedJob]
  /// The stages after `setup`.
  public var stages: [PlannedStage]
  /// How long the whole build may run, in seconds; nil for what the plan has.
  public var timeoutSeconds: Int64?

  /// An extension with these parts.
  public init(
    manifest: String, driver: DriverSpecification, labels: [String: String] = [:],
    environment: [EnvironmentVariable] = [],
    objects: [ObjectPlacement] = [], sources: [Source] = [], setup: [PlannedJob] = [], stages: [PlannedStage],
    timeoutSeconds: Int64? = nil
  ) {
    self.manifest = manifest
    self.driver = driver
    self.labels = labels
    self.environment = environment
    self.objects = objects
    self.sources = sources
    self.setup = setup
    self.stages = stages
    self.timeoutSeconds = timeoutSeconds
  }
}
