import Concurrency
import HTTPServer
import Logs
import Model
@testable import Routing
import Testing

@testable import API

/// A log store whose disk is full.
private struct FullLogs: LogStore {
  struct Full: Error {}
  func append(_ job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64) async throws -> Int64 {
    throw Full()
  }
  func end<Result>(
    _ jobs: [JobID], _ store: ([JobID: EndedLog]) async throws -> Result
  ) async throws -> Result { throw Full() }
  func state(_ job: JobID) async throws -> LogState { throw Full() }
  func read(_ job: JobID, from offset: Int64, limit: Int) async throws -> [UInt8] { throw Full() }
  func lines(_ job: JobID, from first: Int64, limit: Int, byteLimit: Int) async throws -> [LogLine] { throw Full() }
  func changed(_ job: JobID, beyond size: Int64) async throws -> LogState { throw Full() }
  func delete(_ job: JobID) async throws { throw Full() }
  func check() async throws { throw Full() }
}

@Suite struct ServerTests {
  @Test func `the server says that it lives`() async throws {
    try await TestServer.run { server async throws in
      let response = await server.send("GET", "/api/v1/healthcheck", token: .some(nil))
      #expect(response.status == 200)
      #expect(response.headers["Content-Type"]?.hasPrefix("text/plain") == true)
      #expect(try await response.text() == "Everyting seems healthy!")
      let wrong = await server.send("POST", "/api/v1/healthcheck", token: .some(nil))
      #expect(wrong.status == 405)
      #expect(wrong.headers["Allow"] == "GET, HEAD, OPTIONS")
    }
  }

  @Test func `the server says when it is ready, and what is not`() async throws {
    try await TestServer.run { server async throws in
      let response = await server.get("/readyz")
      #expect(response.status == 200)
      #expect(try await response.json()["checks"] == ["database": "ok", "logs": "ok", "artifacts": "ok"])
    }
    try await TestServer.run(TestServer.Parts(logs: FullLogs())) { server async throws in
      let response = await server.get("/readyz")
      #expect(response.status == 503)
      #expect(try await response.json()["detail"] == "not ready: logs; the server's log says why")
      #expect(server.logged.withLock { $0.contains { $0.contains("not ready") && $0.contains("Full") } })
    }
  }

  @Test func `the version is told`() async throws {
    try await TestServer.run { server async throws in
      for path in ["/version", "/api/v1/version"] {
        #expect(try await server.get(path).json() == ["version": "1.2.3"])
      }
    }
  }

  @Test func `metrics count builds, requests and streams`() async throws {
    try await TestServer.run { server async throws in
      let (build, _) = try await server.running()
      _ = try await server.submit()
      _ = await server.get("/api/v1/builds/\(build.id)")
      _ = await server.get("/nowhere/\(build.id)")
      _ = await server.send("BREW", "/api/v1/builds")
      let stream = try StreamClient(await server.get("/api/v1/events"))
      _ = try await stream.wait { !$0.isEmpty }
      let response = await server.get("/metrics")
      #expect(response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
      let lines = Set(try await response.text().split(separator: "\n").map(String.init))
      for line in [
        "wright_builds{status=\"queued\"} 1", "wright_builds{status=\"running\"} 1", "wright_queue_length 1",
        "wright_builds_running 1", "wright_event_streams_open 1", "test_metric 1", "wright_info{version=\"1.2.3\"} 1",
        "wright_http_requests_total{method=\"POST\",route=\"/api/v1/builds\",status=\"201\"} 2",
        "wright_http_requests_total{method=\"GET\",route=\"/api/v1/builds/{id}\",status=\"200\"} 1",
        "wright_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "wright_http_requests_total{method=\"other\",route=\"/api/v1/builds\",status=\"405\"} 1",
        "wright_http_request_duration_seconds_count{route=\"/api/v1/builds\"} 3",
        "wright_http_request_duration_seconds_bucket{route=\"/api/v1/builds\",le=\"+Inf\"} 3",
      ] {
        #expect(lines.contains(line), "\(line)")
      }
      for name in ["process_resident_memory_bytes", "process_open_fds", "process_uptime_seconds"] {
        let value = lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
        #expect((value ?? 0) > 0, "\(name)")
      }
      await stream.leave()
    }
  }

  @Test func `every route of the API is documented`() async throws {
    try await TestServer.run { server async throws in
      let document = try await server.get("/openapi.json").json()
      guard case .object(let paths) = document["paths"] else {
        Issue.record("no paths")
        return
      }
      let found = Set(
        paths.flatMap { path in path.value.names.map { "\($0.uppercased()) \(path.name)" } })
      #expect(
        found == [
          "GET /api/v1/agents", "GET /api/v1/agents/{id}", "GET /api/v1/agents/{id}/builds",
          "POST /api/v1/agents/{id}/drain", "POST /api/v1/agents/{id}/resume", "DELETE /api/v1/agents/{id}",
          "GET /api/v1/queue/history", "GET /api/v1/servers",
          "GET /api/v1/build", "GET /api/v1/commits/{commit}/artifacts", "GET /api/v1/commits/{commit}/compare/{other}",
          "GET /api/v1/repositories", "POST /api/v1/repositories", "GET /api/v1/repositories/{id}",
          "PATCH /api/v1/repositories/{id}", "DELETE /api/v1/repositories/{id}",
          "POST /api/v1/repositories/{id}/build", "POST /api/v1/repositories/{id}/check",
          "GET /api/v1/repositories/{id}/refs", "GET /api/v1/repositories/{id}/builds",
          "GET /api/v1/repositories/{id}/webhook", "POST /api/v1/hooks/{id}", "GET /api/v1/builds",
          "POST /api/v1/builds",
          "GET /api/v1/builds/{id}", "GET /api/v1/builds/{id}/manifest", "GET /api/v1/builds/{id}/jobs",
          "POST /api/v1/builds/{id}/kill", "POST /api/v1/builds/{id}/rerun", "POST /api/v1/builds/{id}/pin",
          "POST /api/v1/builds/{id}/unpin", "POST /api/v1/builds/{id}/tags", "DELETE /api/v1/builds/{id}/tags/{tag}",
          "GET /api/v1/builds/{id}/events", "GET /api/v1/builds/{id}/messages", "GET /api/v1/builds/{id}/tests",
          "GET /api/v1/builds/{id}/nix", "POST /api/v1/services/{name}/builds", "GET /api/v1/services/{name}/builds",
          "GET /api/v1/builds/{id}/artifacts",
          "GET /api/v1/builds/{id}/artifacts/{name}", "GET /artifacts/{commit}/{name}", "GET /api/v1/events",
          "GET /api/v1/jobs/{id}", "GET /api/v1/jobs/{id}/log", "GET /api/v1/jobs/{id}/log/lines", "POST /api/v1/lint",
          "GET /api/v1/tokens", "POST /api/v1/tokens", "DELETE /api/v1/tokens/{id}", "GET /api/v1/healthcheck",
          "GET /readyz", "GET /metrics", "GET /api/v1/version",
        ])
    }
  }

  @Test func `what the schemas name is there`() throws {
    for schema in Schemas.all {
      #expect(throws: Never.self, "\(schema.name)") { try JSONParser.parse(Array(schema.json.utf8)) }
    }
  }
}
