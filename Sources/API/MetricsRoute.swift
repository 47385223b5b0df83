internal import Model
internal import HTTPServer
internal import Routing
internal import Store

/// What Prometheus scrapes.
struct MetricsRoute {
  let dependencies: APIDependencies
  let metrics: RequestMetrics
  private let totals = BuildTotals()
  private let startedAt = ContinuousClock.now

  init(dependencies: APIDependencies, metrics: RequestMetrics) {
    self.dependencies = dependencies
    self.metrics = metrics
  }

  var routes: [Route] {
    [
      Route(
        "GET", "/metrics",
        documentation: .init(
          "Metrics in Prometheus' text format", tag: "Server",
          responses: [RouteAnswer(200, "The metrics", "text/plain")]), show)
    ]
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    var text = MetricsText()
    let counts = try await totals.counts(dependencies.store)
    text.begin("wright_builds", .gauge, "Builds by status.")
    for (status, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      text.value(Double(count), ["status": status.rawValue])
    }
    text.begin("wright_queue_length", .gauge, "Builds that wait for an agent.")
    text.value(Double(counts[.queued] ?? 0))
    text.begin("wright_builds_running", .gauge, "Builds that run.")
    text.value(Double(counts[.running] ?? 0))
    metrics.write(to: &text)
    text.begin("wright_event_streams_open", .gauge, "Event streams that clients hold open.")
    text.value(Double(dependencies.streams.count))
    ProcessMetrics.write(to: &text, uptime: .now - startedAt)
    text.begin("wright_info", .gauge, "The server's version.")
    text.value(1, ["version": dependencies.version])
    if let standing = dependencies.standing() {
      text.begin("wright_server_leading", .gauge, "1 on the server that leads, 0 on those that follow.")
      text.value(standing.role == "leading" ? 1 : 0, ["server": standing.id])
      text.begin("wright_servers", .gauge, "Servers that share the database.")
      text.value(Double(standing.count))
      text.begin("wright_leader_term", .gauge, "Counts the changes of the server that leads.")
      text.value(Double(standing.leader?.term ?? 0), ["leader": standing.leader?.id ?? ""])
    }
    for source in dependencies.metricSources { text.append(await source()) }
    return HTTPResponse(
      status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store"],
      content: .bytes(Array(text.text.utf8)))
  }
}
