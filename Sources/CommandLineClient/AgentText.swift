internal import Model

/// An agent as the server describes it.
struct AgentDocument: Decodable, Sendable {
  struct BuildReference: Decodable, Sendable {
    var id: Int64
    var number: Int64
  }
  struct MachineDocument: Decodable, Sendable {
    var host: String
    var arch: String
    var processors: Int
    var memory: Int64
    var load: Double?
  }

  var id: Int64
  var name: String
  var state: String
  var slots: Int
  var busy: Int
  var builds: [BuildReference]
  var drivers: [String]
  var labels: [String: String]
  var version: String
  var machine: MachineDocument?
  var last_contact_at: Timestamp
}

/// Shows agents. Pure.
struct AgentText {
  let style: Style
  let now: Timestamp

  /// A line an agent.
  func table(_ agents: [AgentDocument], width: Int?) -> String {
    let header = ["AGENT", "NAME", "STATE", "BUILDS", "DRIVERS", "LABELS", "VERSION", "MACHINE", "CONTACT", "RUNS"]
    var table = TextTable(header, width: width)
    for agent in agents {
      table.add([
        .init("\(agent.id)"), .init(agent.name), .init(agent.state, paint: paint(agent.state)),
        .init("\(agent.busy)/\(agent.slots)"), .init(agent.drivers.joined(separator: ",")),
        .init(agent.labels.isEmpty ? "-" : agent.labels.labelTexts.joined(separator: ",")), .init(agent.version),
        .init(agent.machine.map(machine) ?? "-"), .init("\((now - agent.last_contact_at).age) ago"),
        .init(agent.builds.map { "#\($0.id)" }.joined(separator: " ")),
      ])
    }
    return table.text(style)
  }

  private func machine(_ machine: AgentDocument.MachineDocument) -> String {
    "\(machine.host) \(machine.arch) \(machine.processors)x \(ByteCount.text(machine.memory))"
  }

  private func paint(_ state: String) -> @Sendable (String) -> String {
    let style = style
    switch state {
    case "online": return { style.status($0, .passed) }
    case "draining": return { style.status($0, .passedWithFailures) }
    default: return { style.dim($0) }
    }
  }
}
