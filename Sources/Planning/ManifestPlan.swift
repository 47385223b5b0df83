public import Manifest
public import Model

/// What a server allows every build.
public struct PlanLimits: Sendable, Hashable {
  /// The longest that a build may run, in seconds; also how long one may that does not say.
  public var timeoutSeconds: Int64

  /// Limits; 60 minutes unless set.
  public init(timeoutSeconds: Int64 = 3600) { self.timeoutSeconds = max(1, timeoutSeconds) }
}

/// The plan of a pipeline: the stage `setup` with `create-driver` and `clone.1`, `clone.2`, ..., then the manifest's
/// stages in its order, each with its jobs in their order. Jobs of stages that do not exist, and stages without jobs,
/// are left out. Passwords in sources' addresses are masked. A flake of a manifest of kind `nix` is in `directory`, else in
/// the first source's.
public func plan(from manifest: Manifest, limits: PlanLimits = PlanLimits(), in directory: String? = nil) -> Plan {
  var plan =
    manifest.kind == .nix
    ? nixPlan(from: manifest, limits: limits, in: directory) : pipelinePlan(from: manifest, limits: limits)
  plan.labels = manifest.labels
  return plan
}

private func pipelinePlan(from manifest: Manifest, limits: PlanLimits) -> Plan {
  var jobs: [String: [PlannedJob]] = [:]
  for job in manifest.jobs {
    jobs[job.stage, default: []].append(
      PlannedJob(name: job.name, step: .script(commands: job.commands), artifacts: job.artifacts))
  }
  let mayFail = Set(manifest.allowFailures)
  let stages = manifest.stages.compactMap { name in
    jobs[name].map { PlannedStage(name: name, mayFail: mayFail.contains(name), jobs: $0) }
  }
  return Plan(
    driver: manifest.driver, environment: manifest.environment, objects: manifest.objects, sources: manifest.sources,
    stages: [PlannedStage(name: setupStageName, jobs: setupJobs(sources: manifest.sources.count))] + stages,
    timeoutSeconds: min(max(1, manifest.timeoutSeconds ?? 3600), limits.timeoutSeconds),
    maskedValues: secrets(in: manifest.sources.map(\.url)))
}

/// Without outputs, the job `outputs` finds out which there are, and extends the plan.
private func nixPlan(from manifest: Manifest, limits: PlanLimits, in directory: String?) -> Plan {
  var setup = setupJobs(sources: manifest.sources.count)
  if manifest.outputs.isEmpty {
    setup.append(PlannedJob(name: "outputs", step: .detect(source: 0, manifest: "kind: nix\n")))
  }
  let stages = nixStages(manifest, directory: directory ?? manifest.sources.first?.directory ?? "")
  return Plan(
    driver: manifest.driver, environment: manifest.environment, sources: manifest.sources,
    stages: [PlannedStage(name: setupStageName, jobs: setup)] + stages,
    timeoutSeconds: min(max(1, manifest.timeoutSeconds ?? 3600), limits.timeoutSeconds),
    maskedValues: secrets(in: manifest.sources.map(\.url)))
}

/// What every build begins with.
func setupJobs(sources: Int) -> [PlannedJob] {
  let clones = (0..<sources).map { PlannedJob(name: "clone.\($0 + 1)", step: .clone(source: $0)) }
  return [PlannedJob(name: "create-driver", step: .createDriver)] + clones
}
