internal import Model
internal import Queue

/// What keeps agents from taking a build.
enum Obstacle {
  typealias Known = (
    name: String, drivers: [String], labels: [String: String], state: AgentState, seenAt: Timestamp
  )

  /// A sentence; nil where an agent that works can take the build, so that it merely waits for its turn.
  static func sentence(needs: AgentRequirement, agents: [Known], now: Timestamp) -> String? {
    let suited = agents.filter { needs.isMet(drivers: $0.drivers, labels: $0.labels) }
    if suited.contains(where: { $0.state == .online }) { return nil }
    let waits = "It waits for an agent with \(needs)"
    if let draining = suited.first(where: { $0.state == .draining }) {
      return "\(waits); agent \(draining.name) has what it needs, and drains."
    }
    if let last = suited.max(by: { $0.seenAt < $1.seenAt }) {
      let silence = Duration.milliseconds(max(0, (now - last.seenAt).milliseconds / 1000 * 1000))
      return "\(waits); agent \(last.name) has what it needs, and was last heard of \(silence.quantity) ago."
    }
    return "\(waits); none is there."
  }
}
