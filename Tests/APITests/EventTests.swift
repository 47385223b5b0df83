import API
import HTTPServer
import Model
import Queue
import Routing
import Scheduling
import Store
import Testing

@Suite struct EventTests {
  @Test func `a build's events are its present state, each change, and its end`() async throws {
    try await TestServer.run { server in
      let (build, jobs) = try await server.submit()
      let client = try StreamClient(await server.get("/api/v1/builds/\(build.id)/events"))
      let first = try await client.wait { $0.count >= 3 }
      #expect(first.map(\.name) == ["build", "job", "job"])
      #expect(first[0].data == ["id": .integer(build.id.rawValue), "number": 1, "status": "queued"])
      #expect(
        first[2].data == [
          "id": .integer(jobs[1].id.rawValue), "build_id": .integer(build.id.rawValue), "stage": "test", "name": "unit",
          "status": "queued", "exit_code": .null,
        ])
      try await server.begin(build)
      try await server.report(build, [.started(jobs[0].id, at: TestServer.clock())])
      try await server.report(build, [.finished(jobs[0].id, .passed, exitCode: 0, at: TestServer.clock())])
      try await server.report(build, [.started(jobs[1].id, at: TestServer.clock())])
      try await server.finish(build, jobs[1], .failed)
      let all = try await client.finish()
      #expect(all.last == ReceivedEvent(name: "end", data: all[all.count - 2].data))
      func statuses(_ name: String, _ id: Int64) -> [String?] {
        all.filter { $0.name == name && $0.data["id"].integer == id }.map { $0.data["status"].string }
      }
      #expect(statuses("build", build.id.rawValue) == ["queued", "running", "failed"])
      #expect(statuses("job", jobs[0].id.rawValue) == ["queued", "running", "passed"])
      #expect(statuses("job", jobs[1].id.rawValue) == ["queued", "running", "failed"])
      #expect(all.last { $0.name == "job" }?.data["exit_code"] == 1)
      #expect(server.streams.count == 0)
      #expect(server.scheduler.metrics.subscribers == 0)
    }
  }

  @Test func `the events of a build that is over end at once`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      try await server.finish(build, job)
      let all = try await StreamClient(await server.get("/api/v1/builds/\(build.id)/events")).finish()
      #expect(all.map(\.name) == ["build", "job", "job", "end"])
      #expect(all.map { $0.data["status"] } == ["passed", "passed", "passed", "passed"])
    }
  }

  @Test func `artifacts are told to those who ask`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      let path = "/api/v1/builds/\(build.id)/events"
      let (asking, other) = (
        try StreamClient(await server.get(path + "?artifacts=1")), try StreamClient(await server.get(path))
      )
      _ = try await asking.wait { $0.count >= 3 }
      _ = try await other.wait { $0.count >= 3 }
      _ = try await server.store("a/b", [1, 2, 3], of: job)
      try await server.finish(build, job)
      let told = try await asking.finish().filter { $0.name == "artifact" }
      #expect(told.map(\.data) == [["name": "a/b", "size": 3, "job_id": .integer(job.id.rawValue)]])
      #expect(try await !other.finish().contains { $0.name == "artifact" })
    }
  }

  @Test func `changes of a caller's repositories are heard, and nobody else's`() async throws {
    try await TestServer.run { server in
      let client = try StreamClient(await server.get("/api/v1/events"))
      let other = try StreamClient(await server.send("GET", "/api/v1/events", token: server.otherToken))
      while server.scheduler.metrics.subscribers < 2 { await Task.yield() }
      server.scheduler.announce(RepositoryID(rawValue: 7), of: server.admin.id)
      let events = try await client.wait { !$0.isEmpty }
      #expect(events == [ReceivedEvent(name: "repository", data: ["id": 7])])
      #expect(try other.events.isEmpty)
      await client.leave()
      await other.leave()
    }
  }

  @Test func `all of a caller's builds are heard, and nobody else's`() async throws {
    try await TestServer.run { server in
      let (waiting, _) = try await server.submit()
      let client = try StreamClient(await server.get("/api/v1/events"))
      let other = try StreamClient(await server.send("GET", "/api/v1/events", token: server.otherToken))
      let first = try await client.wait { !$0.isEmpty }
      #expect(first.map { $0.data["id"].integer } == [waiting.id.rawValue])
      let (build, _) = try await server.submit()
      _ = try await client.wait { $0.contains { $0.data["id"].integer == build.id.rawValue } }
      #expect(await server.send("POST", "/api/v1/builds/\(build.id)/kill").status == 202)
      _ = try await client.wait { events in
        events.contains { $0.name == "build" && $0.data["status"] == "killed" }
          && events.contains { $0.name == "job" && $0.data["status"] == "skipped" }
      }
      #expect(try other.events.isEmpty)
      await client.leave()
      await other.leave()
      #expect(server.scheduler.metrics.subscribers == 0)
    }
  }

  @Test(.timeLimit(.minutes(5))) func `streams end when their token is revoked, or their reader signs out`()
    async throws
  {
    try await TestServer.run { server in
      let (build, jobs) = try await server.submit()
      let made = try await server.authentication.create(owner: server.admin.id, kind: .user)
      let session = try #require(try await server.authentication.sessions.signIn(made.text))
      let targets = [
        "/api/v1/events", "/api/v1/builds/\(build.id)/events", "/api/v1/jobs/\(jobs[1].id)/log",
        "/api/v1/jobs/\(jobs[1].id)/log/lines",
      ]
      var ofToken: [StreamClient] = []
      for target in targets {
        let headers = ["Accept": "text/event-stream"]
        ofToken.append(try StreamClient(await server.send("GET", target, headers, token: made.text)))
      }
      let cookie = ["Cookie": "\(sessionCookieName)=\(session)"]
      let ofSession = try StreamClient(await server.send("GET", "/api/v1/events", cookie, token: .some(nil)))
      let other = try StreamClient(await server.get("/api/v1/events"))
      for client in ofToken.prefix(2) + [ofSession, other] { _ = try await client.wait { !$0.isEmpty } }
      #expect(await server.send("DELETE", "/api/v1/tokens/\(made.stored.id)", token: server.otherToken).status == 404)
      #expect(await server.send("DELETE", "/api/v1/tokens/\(made.stored.id)").status == 204)
      for client in ofToken { _ = try? await client.finish() }
      try await server.authentication.sessions.signOut(
        .make("POST", "/sign-out", HTTPHeaders([(name: "Cookie", value: cookie["Cookie"] ?? "")])))
      _ = try? await ofSession.finish()
      #expect(server.streams.count == 1)
      await other.leave()
    }
  }
}
