public import Model

extension Plan {
  /// The plan with what its `detect` job has found out: everything up to and including that job stays, whatever is
  /// after it is replaced. The build may not take longer than the plan said before. Nil for a plan without such a job.
  ///
  /// The extension of a plan that was extended before takes the place of the earlier one, but for the driver, the
  /// variables and the sources, which the first plan had and the extended one has no more: extend the first plan.
  public func extended(by found: PlanExtension) -> Plan? {
    guard let stage = stages.firstIndex(where: { $0.jobs.contains(where: \.step.detects) }),
      let job = stages[stage].jobs.firstIndex(where: \.step.detects)
    else { return nil }
    var setup = stages[stage]
    setup.jobs = Array(setup.jobs[...job]) + found.setup
    let sources = sources + found.sources
    let timeout = found.timeoutSeconds.map { min(max(1, $0), timeoutSeconds) }
    var plan = Plan(
      driver: found.driver, environment: found.environment, objects: found.objects, sources: sources,
      stages: Array(stages[..<stage]) + [setup] + found.stages, timeoutSeconds: timeout ?? timeoutSeconds,
      maskedValues: maskedValues + secrets(in: found.sources.map(\.url)).filter { !maskedValues.contains($0) })
    plan.labels = found.labels
    // Begun anew, it begins with the first plan's driver again.
    plan.furtherDrivers = [driver.type].filter { $0 != found.driver.type }
    return plan
  }

  /// The position of the job that extends the plan; nil where it has none.
  public var detectPosition: Int? { jobs.firstIndex { $0.job.step.detects } }
}

extension Step {
  /// True for the step that extends the plan.
  var detects: Bool {
    if case .detect = self { true } else { false }
  }
}
