internal import Concurrency
internal import HTTPServer
internal import Model
internal import Queue
internal import Routing

/// Where agents ask for builds, and hear which are to end.
struct AgentRoutes {
  let dependencies: APIDependencies
  let access: AgentAccess
  let claims: AgentClaims

  var routes: [Route] {
    [
      Route(
        "POST", "/api/v1/agent/claims", access: .agent,
        documentation: .init(
          "Takes the next build that suits the agent, and waits for one. What the process was given before and does "
            + "not hold goes back on the queue", tag: "Agents", requestSchema: AgentSchemas.claim,
          responses: [
            RouteAnswer(200, "A build", "application/json", AgentSchemas.assignment),
            RouteAnswer(204, "There is none; ask again"),
            .problem(409, "The server does not take agents of this version"),
          ]), claim),
      Route(
        "POST", "/api/v1/agent/stops", access: .agent,
        documentation: .init(
          "Waits until one of the process's builds is to end, beside those that it was told of", tag: "Agents",
          requestSchema: AgentSchemas.stops,
          responses: [
            RouteAnswer(200, "Builds to end", "application/json", AgentSchemas.stopped),
            RouteAnswer(204, "There is none; ask again"),
          ]), stops),
    ]
  }

  @Sendable private func claim(_ request: RouteRequest) async throws -> HTTPResponse {
    let message = try await request.message(ClaimRequest.self, limit: 1 << 20)
    return try await answer(message, request)
  }

  /// The answer to a claim.
  func answer(_ message: ClaimRequest, _ request: RouteRequest) async throws -> HTTPResponse {
    guard message.protocol == AgentProtocol.version else { throw otherVersion(message) }
    let process = try request.process()
    let wait = min(max(message.wait, 0), AgentProtocol.longestWait)
    let assignment = try await waiting(atMost: wait) {
      try await claims.claim(process, sequence: message.sequence) {
        try await take(message, process, request, mayWait: wait > 0)
      }
    }
    guard let assignment else { return .nothing }
    let isTrusted = try request.caller().user == access.administrator
    return try .message(ClaimAnswer(assignment: assignment, cachePath: isTrusted ? access.cachePath : nil))
  }

  private func take(
    _ message: ClaimRequest, _ process: AgentProcess, _ request: RouteRequest, mayWait: Bool
  ) async throws -> Assignment? {
    let owner = try request.caller().user
    let contact = AgentContact(
      name: message.agent, owner: owner, instance: process.instance, slots: message.slots, busy: message.busy,
      drivers: message.drivers, labels: message.labels, version: message.version, machine: message.machine)
    // One that is to drain waits as others do, and the queue gives it nothing until it is to work again.
    _ = try await access.registry?.seen(contact)
    let offer = AgentOffer(
      agent: message.agent, drivers: message.drivers, labels: message.labels,
      owner: owner == access.administrator ? nil : owner)
    return try await access.gateway.claim(
      offer, process: process, holding: message.holding, mayWait: mayWait, isThere: request.http.isClientThere)
  }

  private func otherVersion(_ message: ClaimRequest) -> Problem {
    Problem(
      409,
      "this server is Wright \(dependencies.version) and speaks version \(AgentProtocol.version) of the agents' "
        + "protocol; the agent is Wright \(message.version.shortened) and speaks version \(message.protocol): "
        + "install the server's version on the agent's machine", type: QueueErrorMessage.versionType)
  }

  @Sendable private func stops(_ request: RouteRequest) async throws -> HTTPResponse {
    let message = try await request.message(StopRequestMessage.self, limit: 1 << 20)
    let (process, told) = (try request.process(), Set(message.told))
    let stops = try await waiting(atMost: min(max(message.wait, 0), AgentProtocol.longestWait)) {
      try await access.gateway.stops(of: process, told: told)
    }
    guard let stops else { return .nothing }
    return try .message(StopAnswer(stops: stops))
  }

  /// What `body` returns; nil once it was cancelled after so many seconds. Where something else has cancelled it, as the
  /// end of the server, the agent is to ask again a little later.
  private func waiting<Result: Sendable>(
    atMost seconds: Int64, _ body: @escaping @Sendable () async throws -> Result?
  ) async throws -> Result? {
    if seconds == 0 { return try await body() }
    let isOver = Lock(false)
    let task = Task { try await body() }
    let timer = Task {
      try await Task.sleep(for: .seconds(seconds))
      isOver.withLock { $0 = true }
      task.cancel()
    }
    defer { timer.cancel() }
    do {
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch is CancellationError {
      if isOver.withLock({ $0 }) { return nil }
      throw QueueError.unavailable("the server gave the request up; ask again")
    }
  }
}
