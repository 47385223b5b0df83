public import Model

/// The plan of a build of a service: four jobs, one after the other, each of which the build cannot do without. It needs
/// no driver: nothing of what is generated is run.
public func serviceBuildPlan(_ service: ServicePlan, limits: PlanLimits = PlanLimits()) -> Plan {
  let jobs = ServiceStep.allCases.map { PlannedJob(name: $0.rawValue, step: .service($0)) }
  return Plan(
    driver: DriverSpecification(type: serviceDriverType),
    stages: [PlannedStage(name: "service", jobs: jobs)],
    timeoutSeconds: limits.timeoutSeconds, maskedValues: [service.forge.token].filter { !$0.isEmpty },
    service: service)
}

/// What an agent offers that builds services, among the drivers.
public let serviceDriverType = "service"

/// Why `tag` cannot name a build of a service, as the end of a sentence that begins with it; nil where it can.
public func serviceTagProblem(_ tag: String) -> String? {
  guard (1...100).contains(tag.utf8.count) else { return "must have 1 to 100 characters" }
  let isPlain = tag.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "._-".utf8.contains(byte)
    }
  }
  guard isPlain else { return "may hold letters, digits, '.', '_' and '-' only" }
  return gitReferenceProblem(serviceBranch(tag: tag)).map { "cannot name a branch: it \($0)" }
}
