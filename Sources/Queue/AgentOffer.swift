public import Model

/// What an agent can take.
public struct AgentOffer: Codable, Sendable, Hashable {
  /// The agent's name, for people.
  public var agent: String
  /// The driver types it has.
  public var drivers: [String]
  /// What is said of it: a build that asks for labels goes to an agent that has all of them.
  public var labels: [String: String]
  /// The user whose builds it takes; nil for everybody's.
  public var owner: UserID?

  /// An offer.
  public init(agent: String, drivers: [String], labels: [String: String] = [:], owner: UserID? = nil) {
    self.agent = agent
    self.drivers = drivers
    self.labels = labels
    self.owner = owner
  }
}
