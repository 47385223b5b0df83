internal import Lifecycle
internal import Artifacts
internal import Logs
internal import Store
internal import Concurrency
internal import Files
internal import HTTPServer
internal import Routing

/// Whether the server lives, whether it can work, and which version it is.
struct HealthRoutes {
  let dependencies: APIDependencies
  private let lastCheck = Lock<(at: ContinuousClock.Instant, failed: [String])?>(nil)
  /// Anybody may ask, and each check writes: answers are shared for this long.
  private static let believed: Duration = .seconds(1)

  init(dependencies: APIDependencies) { self.dependencies = dependencies }

  var routes: [Route] {
    let version = RouteDocumentation(
      "The server's version", tag: "Server", responses: [.json(200, "The version", "Version")])
    return [
      Route(
        "GET", "/api/v1/healthcheck", access: .open,
        documentation: .init(
          "Answers while the server lives", tag: "Server", responses: [RouteAnswer(200, "It lives", "text/plain")])
      ) { _ in .text("Everyting seems healthy!") },
      Route(
        "GET", "/readyz", access: .open,
        documentation: .init(
          "Checks the database and the stores", tag: "Server",
          responses: [.json(200, "All work", "Readiness"), .problem(503, "What does not")]), ready),
      Route("GET", "/api/v1/version", documentation: version, self.version),
      Route("GET", "/version", self.version),
    ]
  }

  @Sendable private func version(_ request: RouteRequest) -> HTTPResponse {
    .json { writer in
      writer.beginObject()
      writer.field("version", dependencies.version)
      writer.endObject()
    }
  }

  @Sendable private func ready(_ request: RouteRequest) async throws -> HTTPResponse {
    let failed = await failedParts()
    guard failed.isEmpty else {
      throw Problem(503, "not ready: \(failed.joined(separator: ", ")); the server's log says why")
    }
    return .json(headers: ["Cache-Control": "no-store"]) { writer in
      writer.beginObject()
      writer.field("status", "ready")
      writer.key("checks")
      writer.beginObject()
      for name in ["database", "logs", "artifacts"] {
        writer.key(text: name)
        writer.string("ok")
      }
      writer.endObject()
      if let standing = dependencies.standing() {
        writer.field("role", standing.role)
        writer.field("leader", standing.leader?.id)
      }
      writer.endObject()
    }
  }

  private func failedParts() async -> [String] {
    let last = lastCheck.withLock { $0 }
    if let last, ContinuousClock.now < last.at + Self.believed { return last.failed }
    var failed: [String] = []
    let checks: [(String, @Sendable () async throws -> Void)] = [
      ("database", dependencies.store.check), ("logs", dependencies.logs.check),
      ("artifacts", dependencies.artifacts.check),
    ]
    for (name, check) in checks {
      do {
        try await check()
      } catch {
        let isFull = (error as? FileError)?.isNoSpace == true
        let part = isFull ? "\(name) (the disk is full)" : name
        // The whole reason may hold paths, and anybody may ask: it goes to the log only, once.
        if last?.failed.contains(part) != true {
          dependencies.log.error("not ready", ["part": name, "error": "\(error)"])
        }
        failed.append(part)
      }
    }
    let now = failed
    lastCheck.withLock { $0 = (.now, now) }
    return failed
  }
}
