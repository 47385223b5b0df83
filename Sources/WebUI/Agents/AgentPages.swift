internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

extension WebUI {
  /// How many agents and builds a page shows.
  private static let (agentLimit, buildLimit) = (200, 30)

  /// The agents, the page of each, and their buttons.
  var agentRoutes: [Route] {
    [
      Route("GET", "/agents", access: .page) { try await agentsPage($0) },
      Route("GET", "/agents/{id}", access: .page) { try await agentPage($0) },
      Route("POST", "/agents/tokens", access: .page) { request in
        let reader = try request.reader()
        let comment = String(RepositoryForm.trimmed(try await request.form()["comment"]).prefix(200))
        let token = try await dependencies.agentToken(reader.user, comment.isEmpty ? "an agent" : comment)
        // Not a redirect: nothing but this answer has the token's text.
        return try await agentsPage(request, token: token)
      },
      agentAction("drain") { directory, agent, reader in
        _ = try await directory.setDraining(agent, true, by: reader.user)
        return "/agents"
      },
      agentAction("resume") { directory, agent, reader in
        _ = try await directory.setDraining(agent, false, by: reader.user)
        return "/agents"
      },
      agentAction("remove") { directory, agent, reader in
        try await directory.removeAgent(agent, by: reader.user)
        return "/agents"
      },
    ]
  }

  private func directory() throws -> any AgentDirectory {
    guard let directory = dependencies.directory else { throw Problem(503, "This server has no agents.") }
    return directory
  }

  private func agentsPage(_ request: RouteRequest, token: String? = nil) async throws -> HTTPResponse {
    let reader = try request.reader()
    let cursor = request.http.query("cursor").flatMap { Int64(digits: $0) }.map(AgentID.init(rawValue:))
    let span = request.http.query("span").flatMap(QueueSpan.init) ?? .hour
    let directory = try directory()
    var agents = try await directory.agents(of: reader.user, after: cursor, limit: Self.agentLimit + 1)
    let hasMore = agents.count > Self.agentLimit
    if hasMore { agents.removeLast() }
    let view = AgentListView(
      agents: agents, next: hasMore ? agents.last?.id : nil, isFirstPage: cursor == nil, reader: reader.user,
      chart: QueueChart(moments: try await directory.history(span), span: span, now: dependencies.clock()),
      counts: try await dependencies.store.activeCounts(), address: request.http.address, newToken: token,
      now: dependencies.clock())
    return respond(
      Page(title: view.title, name: "agents", body: view.html), user: reader.name,
      headers: token == nil ? [:] : ["Cache-Control": "no-store"])
  }

  private func agentPage(_ request: RouteRequest) async throws -> HTTPResponse {
    let reader = try request.reader()
    let id: AgentID = try request.identifier("id", of: "agent")
    let agent = try await refusingAgents { try await directory().agent(id, of: reader.user) }
    let builds = try await dependencies.store.builds(
      BuildQuery(owner: reader.user, agent: id, limit: Self.buildLimit)
    ).builds
    var rows: [BuildRow] = []
    for build in builds { rows.append(BuildRow(build: build, title: try await titles.title(of: build))) }
    let view = AgentView(agent: agent, rows: rows, isOwn: agent.owner == reader.user, now: dependencies.clock())
    return respond(Page(title: agent.name, name: "agents", body: view.html), user: reader.name)
  }

  private func agentAction(
    _ name: String, _ act: @escaping @Sendable (any AgentDirectory, AgentID, Principal) async throws -> String
  ) -> Route {
    Route("POST", "/agents/{id}/\(name)", access: .page) { request in
      let (reader, form) = (try request.reader(), try await request.form())
      let id: AgentID = try request.identifier("id", of: "agent")
      let target = try await refusingAgents { try await act(try directory(), id, reader) }
      // Back to where the button was.
      return Self.seeOther(form["from"] == "agent" && name != "remove" ? "/agents/\(id)" : target)
    }
  }

  /// The directory's refusals as pages can show them.
  private func refusingAgents<Result>(_ act: () async throws -> Result) async throws -> Result {
    do {
      return try await act()
    } catch let error as AgentError {
      switch error {
      case .notFound(let id): throw Problem.notFound("There is no agent \(id).")
      case .notYours: throw Problem(403, "This agent is somebody else's.")
      case .online(let name): throw Problem(409, "Agent \(name) is heard of; stop it first, then remove it.")
      }
    }
  }
}
