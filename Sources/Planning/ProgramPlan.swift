internal import Manifest
public import Model

/// The plan of a program before anything is known of it but where it is: a host environment, the clone, and the job
/// `detect`, which finds out the rest and extends the plan. `reference` is a branch, a tag or a commit; nil for the
/// default branch. `manifest` stands in the place of what would be detected. A password in the address is masked.
public func programPlan(
  _ url: String, reference: String? = nil, manifest: String? = nil, limits: PlanLimits = PlanLimits()
) -> Plan {
  let detect = PlannedJob(name: "detect", step: .detect(source: 0, manifest: manifest))
  var plan = Plan(
    driver: DriverSpecification(type: "host"),
    sources: [Source(url: url, reference: reference, directory: programDirectory(url))],
    stages: [PlannedStage(name: setupStageName, jobs: setupJobs(sources: 1) + [detect])],
    timeoutSeconds: limits.timeoutSeconds, maskedValues: secrets(in: [url]))
  // The one that finds it in the repository is asked for it only then.
  if let known = manifest.flatMap({ Manifest.parse(Array($0.utf8)).manifest }) {
    plan.labels = known.labels
    plan.furtherDrivers = [known.driver.type].filter { $0 != plan.driver.type }
  }
  return plan
}

/// The folder that a program is cloned into: the repository's name, where that can be a folder's.
public func programDirectory(_ url: String) -> String {
  let name = Source.defaultDirectory(url)
  let isUsable = relativePathProblem(name) == nil && !name.hasPrefix("-")
  return isUsable ? name : "program"
}
