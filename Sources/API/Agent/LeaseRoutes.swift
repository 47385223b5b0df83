internal import FoundationEssentials
internal import Artifacts
internal import HTTPServer
internal import Model
internal import Queue
internal import Routing

/// What an agent does under a lease.
struct LeaseRoutes {
  let dependencies: APIDependencies
  let access: AgentAccess
  let claims: AgentRoutes

  private var gateway: any AgentGateway { access.gateway }

  var routes: [Route] {
    [
      Self.route("renewals", "Extends the lease", [.json(200, "It lasts so long from now on", "AgentRenewal")], renew),
      Self.route(
        "changes", "Adds to logs and reports changes, in this order; what was reported before changes nothing",
        request: AgentSchemas.progress, [RouteAnswer(204, "They are stored")], report),
      Self.route(
        "plan", "Goes on with what the build's job that detects has found",
        request: #"{"type":"object"}"#,
        [RouteAnswer(200, "The plan and its jobs", "application/json", #"{"type":"object"}"#)], extend),
      Self.route(
        "finish", "Ends the build or gives it back, after the last changes, and claims the next one",
        request: AgentSchemas.end,
        [
          RouteAnswer(200, "The next build", "application/json", AgentSchemas.assignment),
          RouteAnswer(204, "It is over; there is no other build"),
        ], finish),
      Self.route(
        "jobs/{job}/log", "Adds the body's bytes to a job's log",
        query: [
          ParameterDocumentation(
            "offset", "Where they belong; what is stored already is skipped", schema: Schemas.count),
          ParameterDocumentation(
            "elapsed", "Milliseconds since the job's start: 12, or with bytes for each part 12:4096,32:100"),
        ], [.json(200, "The log's size", "AgentLog")], appendLog),
    ]
  }

  static func route(
    _ path: String, _ summary: String, query: [ParameterDocumentation] = [], request: String? = nil,
    _ answers: [RouteAnswer], _ handle: @escaping @Sendable (RouteRequest) async throws -> HTTPResponse
  ) -> Route {
    route("POST", path, summary, query: query, request: request, answers, handle)
  }

  static func route(
    _ method: String, _ path: String, _ summary: String, query: [ParameterDocumentation] = [],
    request: String? = nil, _ answers: [RouteAnswer],
    _ handle: @escaping @Sendable (RouteRequest) async throws -> HTTPResponse
  ) -> Route {
    Route(
      method, "/api/v1/agent/leases/{id}/\(path)", access: .agent,
      documentation: .init(
        summary, tag: "Agents", query: query, requestSchema: request,
        responses: answers + [.problem(409, "The lease is not the agent's any more (stale-lease), or as type says")])
    ) { request in
      do { return try await handle(request) } catch let error as QueueError {
        throw Problem(error, status: ProblemMapping.status(error))
      } catch let error as ArtifactStoreError {
        throw Problem(.invalid(error.description), status: 422)
      }
    }
  }

  @Sendable private func renew(_ request: RouteRequest) async throws -> HTTPResponse {
    let renewed = try await gateway.renew(try request.lease(in: gateway))
    return try .message(RenewalAnswer(duration: renewed.durationMilliseconds))
  }

  @Sendable private func report(_ request: RouteRequest) async throws -> HTTPResponse {
    let lease = try request.lease(in: gateway)
    let message = try await request.message(ProgressMessage.self)
    try await add(message.logs, lease)
    let changes = timely(message)
    if !changes.isEmpty { try await gateway.report(lease, changes) }
    return .nothing
  }

  @Sendable private func extend(_ request: RouteRequest) async throws -> HTTPResponse {
    let lease = try request.lease(in: gateway)
    return try .message(try await gateway.extend(lease, by: try await request.message(PlanExtension.self)))
  }

  @Sendable private func finish(_ request: RouteRequest) async throws -> HTTPResponse {
    let lease = try request.namedLease()
    let message = try await request.message(EndMessage.self)
    do {
      _ = try request.lease(in: gateway)
      try await add(message.progress.logs, lease)
      try await gateway.finish(lease, after: timely(message.progress), message.outcome)
    } catch QueueError.staleLease {
      // The answer to an end that was reported before may have been lost.
      guard try await gateway.isOver(lease) else { throw QueueError.staleLease(lease.build) }
    }
    access.uploads.forget(HeldLease(build: lease.build, fence: lease.fence))
    guard let claim = message.claim else { return .nothing }
    // The build is over, whatever becomes of the claim.
    return (try? await claims.answer(claim, request)) ?? .nothing
  }

  @Sendable private func appendLog(_ request: RouteRequest) async throws -> HTTPResponse {
    let (lease, job) = (try request.lease(in: gateway), try request.job())
    let offset = try request.number("offset", absent: -1)
    guard offset >= 0, let parts = LogParts(text: request.http.query("elapsed") ?? "") else {
      throw Problem(422, "say offset, and elapsed like 12 or 12:4096,32:100")
    }
    let bytes = try await request.http.body.collect(upTo: AgentProtocol.logBatchLimit)
    return try .message(LogAnswer(size: try await add(bytes, parts, job, at: offset, lease)))
  }

  private func add(_ logs: [LoggedOutput], _ lease: Lease) async throws {
    for log in logs { _ = try await add(Array(log.bytes), log.parts, log.job, at: log.offset, lease) }
  }

  private func add(
    _ bytes: [UInt8], _ parts: LogParts, _ job: JobID, at offset: Int64, _ lease: Lease
  ) async throws -> Int64 {
    guard let pieces = parts.cut(bytes) else {
      throw Problem(422, "elapsed names another number of bytes than the \(bytes.count) that there are")
    }
    var place = offset
    var size = offset
    for piece in pieces {
      size = try await gateway.appendLog(
        lease, job: job, at: place, piece.bytes, elapsedMilliseconds: piece.elapsedMilliseconds)
      place += Int64(piece.bytes.count)
    }
    return size
  }

  /// The changes, at the server's time where the agent's clock is wrong.
  private func timely(_ message: ProgressMessage) -> [ProgressChange] {
    let shift = dependencies.clock() - message.sent
    // A request takes its time; what came before and after must not change places because of that.
    guard shift > .seconds(2) || shift < .seconds(-2) else { return message.changes }
    return message.changes.map { $0.shifted(by: shift) }
  }
}
