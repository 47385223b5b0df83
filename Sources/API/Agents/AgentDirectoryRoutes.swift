internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

/// The agents as people and programs see them, and what they can have them do.
struct AgentDirectoryRoutes {
  let dependencies: APIDependencies
  private static let tag = "Agents"

  var routes: [Route] { readingRoutes + changingRoutes }

  private var readingRoutes: [Route] {
    [
      Route(
        "GET", "/api/v1/agents",
        documentation: .init(
          "The caller's agents and those that take everybody's builds, in the order in which they were first heard of",
          tag: Self.tag, query: ParameterDocumentation.page,
          responses: [.jsonList(200, "A page; Link names the next one", "Agent")]), list),
      Route(
        "GET", "/api/v1/agents/{id}",
        documentation: .init("An agent", tag: Self.tag, responses: [.json(200, "The agent", "Agent")])
      ) { request in
        let agent = try await directory().agent(request.identifier("agent"), of: request.caller().user)
        return .json { $0.agent(agent) }
      },
      Route(
        "GET", "/api/v1/agents/{id}/builds",
        documentation: .init(
          "The caller's builds that an agent runs or was the last to run, newest first", tag: Self.tag,
          query: ParameterDocumentation.page,
          responses: [.jsonList(200, "A page; Link names the next one", "BuildSummary")])
      ) { request in
        let agent = try await directory().agent(request.identifier("agent"), of: request.caller().user)
        return try await BuildRoutes(dependencies: dependencies).list(request, of: nil, agent: agent.id)
      },
      Route(
        "GET", "/api/v1/queue/history",
        documentation: .init(
          "How many builds waited and ran, and how long they waited for an agent: a minute each, or a quarter of an hour "
            + "each of a day", tag: Self.tag,
          query: [ParameterDocumentation("span", "hour, unless it says day", schema: Schemas.historySpan)],
          responses: [.jsonList(200, "Oldest first; what is missing is when no server ran", "QueueMoment")]), history),
    ]
  }

  private var changingRoutes: [Route] {
    [
      Route(
        "POST", "/api/v1/agents/{id}/drain",
        documentation: .init(
          "Has an agent end what it has and take nothing more", tag: Self.tag,
          responses: [.json(200, "The agent", "Agent"), .problem(403, "It is somebody else's")])
      ) { try await answer(setDraining: true, $0) },
      Route(
        "POST", "/api/v1/agents/{id}/resume",
        documentation: .init(
          "Has an agent take builds again", tag: Self.tag,
          responses: [.json(200, "The agent", "Agent"), .problem(403, "It is somebody else's")])
      ) { try await answer(setDraining: false, $0) },
      Route(
        "DELETE", "/api/v1/agents/{id}",
        documentation: .init(
          "Forgets an agent that is offline; its builds stay", tag: Self.tag,
          responses: [
            RouteAnswer(204, "It is forgotten"), .problem(403, "It is somebody else's"),
            .problem(409, "It is heard of; stop it first"),
          ])
      ) { request in
        try await directory().removeAgent(request.identifier("agent"), by: request.caller().user)
        return HTTPResponse(status: 204)
      },
    ]
  }

  private func directory() throws -> any AgentDirectory {
    guard let directory = dependencies.directory else { throw Problem(503, "this server has no agents") }
    return directory
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let page = try ListPage(request.http)
    var agents = try await directory().agents(
      of: request.caller().user, after: page.cursor.map(AgentID.init(rawValue:)), limit: page.limit + 1)
    var headers: HTTPHeaders = [:]
    if agents.count > page.limit {
      agents.removeLast()
      if let last = agents.last { headers.add("Link", page.next(last.id.rawValue, of: request.http)) }
    }
    return .json(headers: headers, capacity: 64 + 900 * agents.count) { [agents] writer in
      writer.beginArray()
      for agent in agents { writer.agent(agent) }
      writer.endArray()
    }
  }

  private func answer(setDraining isDraining: Bool, _ request: RouteRequest) async throws -> HTTPResponse {
    let agent = try await directory().setDraining(
      request.identifier("agent"), isDraining, by: request.caller().user)
    return .json { $0.agent(agent) }
  }

  @Sendable private func history(_ request: RouteRequest) async throws -> HTTPResponse {
    let span = (try request.choice("span") ?? QueueSpan.hour)
    let moments = try await directory().history(span)
    return .json(capacity: 64 + 160 * moments.count) { writer in
      writer.beginArray()
      for moment in moments { writer.moment(moment) }
      writer.endArray()
    }
  }
}

extension JSONWriter {
  /// An agent; the field names are a contract.
  fileprivate mutating func agent(_ agent: Agent) {
    beginObject()
    field("id", agent.id.rawValue)
    field("name", agent.name)
    field("state", agent.state.rawValue)
    field("shared", agent.isShared)
    field("slots", Int64(agent.slots))
    field("busy", Int64(agent.busy))
    key("builds")
    beginArray()
    for build in agent.builds {
      beginObject()
      field("id", build.id.rawValue)
      field("number", build.number)
      field("kind", build.kind.rawValue)
      field("started_at", build.startedAt)
      endObject()
    }
    endArray()
    field("drivers", agent.drivers)
    key("labels")
    dictionary(agent.labels)
    field("version", agent.version)
    key("machine")
    machine(agent.machine)
    field("created_at", agent.createdAt)
    field("last_contact_at", agent.seenAt)
    endObject()
  }

  private mutating func machine(_ machine: AgentMachine?) {
    guard let machine else { return null() }
    beginObject()
    field("host", machine.host)
    field("os", machine.system)
    field("arch", machine.architecture)
    field("processors", Int64(machine.processors))
    field("memory", machine.memory)
    key("load")
    if let load = machine.loadPercent { raw("\(Double(load) / 100)") } else { null() }
    endObject()
  }

  /// Texts by name, in order of their names.
  mutating func dictionary(_ values: [String: String]) {
    beginObject()
    for entry in values.sorted(by: { $0.key < $1.key }) {
      key(text: entry.key)
      string(entry.value)
    }
    endObject()
  }

  fileprivate mutating func moment(_ moment: QueueMoment) {
    beginObject()
    field("time", moment.time)
    field("queued", moment.queued)
    field("running", moment.running)
    field("begun", moment.begun)
    key("wait_mean")
    if let wait = moment.meanWait { raw("\(Double(wait.milliseconds) / 1000)") } else { null() }
    key("wait_longest")
    raw("\(Double(moment.longestWait.milliseconds) / 1000)")
    endObject()
  }
}
