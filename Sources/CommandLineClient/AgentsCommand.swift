internal import Model

/// `wright agents`: what agents there are, and what they are to do.
enum AgentsCommand {
  static let command = Command(
    "agents", "list the agents; drain them, have them work again, forget them",
    details: """
      An agent that drains ends what it has and takes nothing more, until it is to work again. One that was not heard of \
      for the time of three leases is offline, and can be removed.
      """,
    flags: [CommonFlags.json, CommonFlags.server],
    examples: [
      ("wright agents", "what they are and what they run"),
      ("wright agents drain build-1", "before its machine is restarted"),
      ("wright agents resume build-1", "it takes builds again"),
    ], subcommands: [drain, resume, remove], runsItself: true
  ) { invocation, console in
    let connection = try ServerConnection(invocation, console)
    var pages: [[UInt8]] = []
    let agents = try await all(connection) { pages.append($0) }
    if invocation.has("json") {
      try console.output(try JSONArrays.joined(pages, limit: .max, count: agents.count) + [0x0A])
    } else if agents.isEmpty {
      try console.error(
        "no agents; `wright agent` starts one on any machine, with a token of `wright token create --kind agent`\n")
    } else {
      let width = console.outputIsTerminal ? console.width : nil
      try console.output(AgentText(style: console.style, now: .present).table(agents, width: width))
    }
    return 0
  }

  private static let name = Argument("NAME", "its name or number in `wright agents`")
  private static let drain = action("drain", "have an agent end what it has and take nothing more", "POST", "/drain") {
    "agent \($0.name) drains" + ($0.busy > 0 ? ": it still runs \($0.busy) \($0.busy == 1 ? "build" : "builds")" : "")
  }
  private static let resume = action("resume", "have an agent take builds again", "POST", "/resume") {
    "agent \($0.name) takes builds"
  }
  private static let remove = action("remove", "forget an agent that is offline; its builds stay", "DELETE", "") {
    "agent \($0.name) is forgotten"
  }

  private static func action(
    _ name: String, _ summary: String, _ method: String, _ path: String,
    done: @escaping @Sendable (AgentDocument) -> String
  ) -> Command {
    Command(
      name, summary, arguments: [Self.name], flags: [CommonFlags.server],
      examples: [("wright agents \(name) build-1", summary)]
    ) { invocation, console in
      let connection = try ServerConnection(invocation, console)
      let agent = try await find(invocation.arguments[0], connection)
      let answer = try await connection.bytes(method, "/agents/\(agent.id)\(path)")
      let now = answer.isEmpty ? agent : try connection.decode(AgentDocument.self, from: answer)
      try console.output(BuildRenderer.safe(done(now)) + "\n")
      return 0
    }
  }

  private static func all(
    _ connection: ServerConnection, page: (([UInt8]) -> Void)? = nil
  ) async throws -> [AgentDocument] {
    var agents: [AgentDocument] = []
    _ = try await connection.pages("/agents?limit=200") { body in
      agents += try connection.decode([AgentDocument].self, from: body)
      page?(body)
      return true
    }
    return agents
  }

  /// The agent of this name, or of this number where none is called so.
  private static func find(_ text: String, _ connection: ServerConnection) async throws -> AgentDocument {
    let agents = try await all(connection)
    let named = agents.filter { $0.name == text }
    if named.count == 1 { return named[0] }
    if named.count > 1 {
      let numbers = named.map { "\($0.id)" }.joined(separator: ", ")
      throw CommandFailure(
        BuildRenderer.safe("several agents are called '\(text)': give one of the numbers \(numbers)"))
    }
    if let id = Int64(text), let agent = agents.first(where: { $0.id == id }) { return agent }
    throw CommandFailure(BuildRenderer.safe("there is no agent '\(text)'; see `wright agents`"))
  }
}
