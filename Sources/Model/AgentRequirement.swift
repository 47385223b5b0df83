/// What a build needs of the agent that takes it.
public struct AgentRequirement: Sendable, Hashable {
  /// The driver type that it begins with.
  public var driver: String
  /// Further driver types; nearly always none. A program whose own manifest names another driver than the one that
  /// looks at it needs both.
  public var furtherDrivers: [String]
  /// The labels that the agent must have, all of them.
  public var labels: [String: String]

  /// A need of these drivers and labels.
  public init(driver: String, furtherDrivers: [String] = [], labels: [String: String] = [:]) {
    self.driver = driver
    self.furtherDrivers = furtherDrivers
    self.labels = labels
  }

  /// All driver types that it takes.
  public var drivers: [String] { [driver] + furtherDrivers }

  /// True where an agent with these drivers and labels can take the build.
  public func isMet(drivers offered: some Collection<String>, labels has: [String: String]) -> Bool {
    offered.contains(driver) && furtherDrivers.allSatisfy(offered.contains)
      && labels.allSatisfy { has[$0.key] == $0.value }
  }
}

/// The agent of a build.
public struct BuildAgent: Sendable, Hashable {
  /// Names it everywhere; nil for one that is not known any more, or that took the build from an earlier version.
  public var id: AgentID?
  /// Its name, for people.
  public var name: String

  /// An agent.
  public init(id: AgentID?, name: String) {
    self.id = id
    self.name = name
  }
}

extension AgentRequirement: CustomStringConvertible {
  /// For a sentence: `the driver host and the labels gpu=a100, os=debian`.
  public var description: String {
    let needed = "the driver\(furtherDrivers.isEmpty ? "" : "s") \(drivers.joined(separator: ", "))"
    if labels.isEmpty { return needed }
    return "\(needed) and the label\(labels.count == 1 ? "" : "s") \(labels.labelTexts.joined(separator: ", "))"
  }
}

extension Plan {
  /// What the plan needs of an agent.
  public var requirement: AgentRequirement {
    AgentRequirement(driver: driver.type, furtherDrivers: furtherDrivers, labels: labels)
  }

  /// What a build of this plan needs after its plan was extended: begun anew, it begins with this one's driver.
  public func requirement(extendedBy plan: Plan) -> AgentRequirement {
    AgentRequirement(
      driver: driver.type, furtherDrivers: plan.requirement.drivers.filter { $0 != driver.type }, labels: plan.labels)
  }
}
