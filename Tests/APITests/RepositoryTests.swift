import Concurrency
import HTTPServer
import Model
import Queue
import Routing
import Scheduling
import Store
import Testing

@testable import API

@Suite struct RepositoryTests {
  private func add(_ server: TestServer, _ body: String = #"{"url":"https://example.org/a/hello.git"}"#) async
    -> HTTPResponse
  {
    await server.send("POST", "/api/v1/repositories", body: body)
  }

  @Test func `a repository is registered and read`() async throws {
    try await TestServer.run { server in
      let made = await add(
        server, #"{"url":"https://example.org/a/hello.git","branch":"release-*","every":90,"namespace":"team/x"}"#)
      #expect(made.status == 201 && made.headers["Location"] == "/api/v1/repositories/1")
      let repository = try await made.json()
      #expect(
        repository.names == [
          "id", "url", "branch", "tag", "every", "enabled", "namespace", "status", "last_commit", "last_build",
          "last_checked_at", "next_check_at", "error", "error_since", "failures", "notice", "created_at", "manifest",
          "badge_url", "refs",
        ])
      #expect(repository["branch"] == "release-*" && repository["tag"] == .null && repository["every"] == 90)
      #expect(repository["enabled"] == true && repository["namespace"] == "team/x" && repository["status"] == .null)
      #expect(try await server.get("/api/v1/repositories/1").json() == repository)
      let webhook = await server.send("GET", "/api/v1/repositories/1/webhook", ["Host": "ci.example:8443"])
      #expect(webhook.headers["Cache-Control"] == "no-store")
      #expect(
        try await webhook.json() == [
          "url": "http://ci.example:8443/api/v1/hooks/1", "secret": "secret of https://example.org/a/hello.git",
        ])
    }
  }

  @Test(arguments: [
    (#"{}"#, "/url", "url is required"), (#"{"url":1}"#, "/url", "a string is expected"),
    (#"{"url":"u","branch":"a","tag":"b"}"#, "/tag", "not both"), (#"{"url":"u","evry":9}"#, "/evry", "no field"),
    (#"{"url":"u","every":"9"}"#, "/every", "a whole number"), (#"{"url":"u","every":1}"#, "/every", "at least 5"),
  ])
  func `what is wrong with a request is named`(_ body: String, _ pointer: String, _ detail: String) async throws {
    try await TestServer.run { server in
      let response = await add(server, body)
      #expect(response.status == 422)
      let error = try await response.json()["errors"][0]
      #expect(error["pointer"] == .string(pointer))
      #expect(error["detail"].string?.contains(detail) == true)
      #expect(try await server.get("/api/v1/repositories").json() == .array([]))
    }
  }

  @Test func `a manifest's mistakes have their places`() async throws {
    try await TestServer.run { server in
      let response = await add(server, #"{"url":"u","manifest":"driver:\n  type: host\nstagess: [a]\n"}"#)
      #expect(response.status == 422)
      let errors = try await response.json()["errors"].list
      #expect(errors.allSatisfy { $0["pointer"] == "/manifest" })
      #expect(
        errors.contains { $0["line"] == 3 && $0["column"] == 1 && $0["detail"].string?.contains("stagess") == true })
    }
  }

  @Test func `the same refs of a repository are registered once, and other refs beside them`() async throws {
    try await TestServer.run { server in
      #expect(await add(server).status == 201)
      let again = await add(server)
      #expect(again.status == 409)
      let text = try await again.text()
      #expect(text.contains("repository 1"))
      #expect(await add(server, #"{"url":"https://example.org/a/hello.git","tag":"v*"}"#).status == 201)
      #expect(await server.send("PATCH", "/api/v1/repositories/2", body: #"{"tag":""}"#).status == 409)
    }
  }

  @Test func `a repository is changed in what is given, and forgotten`() async throws {
    try await TestServer.run { server in
      _ = await add(server)
      let path = "/api/v1/repositories/1"
      let manifest = JSONText.quote(TestServer.manifest)
      let changed = await server.send("PATCH", path, body: #"{"every":300,"enabled":false,"manifest":\#(manifest)}"#)
      #expect(changed.status == 200)
      let repository = try await changed.json()
      #expect(repository["every"] == 300 && repository["enabled"] == false && repository["next_check_at"] == .null)
      #expect(repository["manifest"] == .string(TestServer.manifest) && repository["branch"] == .null)
      let back = try await server.send("PATCH", path, body: #"{"enabled":true,"manifest":"","branch":"main"}"#).json()
      #expect(back["enabled"] == true && back["manifest"] == .null && back["branch"] == "main" && back["every"] == 300)
      #expect(await server.send("PATCH", path, body: #"{"url":"other"}"#).status == 422)
      #expect(await server.send("DELETE", path).status == 204)
      #expect(await server.get(path).status == 404)
      #expect(await server.send("DELETE", path).status == 404)
    }
  }

  @Test func `a build is queued and stands with the repository`() async throws {
    try await TestServer.run { server in
      _ = await add(server)
      let made = await server.send("POST", "/api/v1/repositories/1/build")
      #expect(made.status == 201)
      let build = try await made.json()
      #expect(made.headers["Location"] == "/api/v1/builds/\(build["id"].integer ?? 0)")
      #expect(build["repository"] == 1 && build["ref"] == "refs/heads/main" && build["kind"] == "program")
      let next = await server.send("POST", "/api/v1/repositories/1/build", body: #"{"ref":"dev","comment":"try"}"#)
      #expect(try await next.json()["ref"] == "refs/heads/dev")
      let refused = await server.send("POST", "/api/v1/repositories/1/build", body: #"{"ref":"gone"}"#)
      #expect(refused.status == 409)
      #expect(try await refused.text().contains("no ref 'gone'"))
      _ = try await server.submit()
      for list in ["/api/v1/repositories/1/builds", "/api/v1/builds?repository=1"] {
        #expect(try await server.get(list).json().list.map { $0["id"] } == [2, 1])
        let page = await server.get(list + (list.contains("?") ? "&" : "?") + "limit=1")
        #expect(page.headers["Link"]?.contains("cursor=2") == true)
      }
      let repository = try await server.get("/api/v1/repositories/1").json()
      #expect(repository["status"] == "queued" && repository["last_build"]["id"] == 2)
      #expect(repository["last_commit"] == .string(String(repeating: "a", count: 40)))
      #expect(repository["refs"].list.map { $0["name"] } == ["refs/heads/dev", "refs/heads/main"])
      #expect(repository["refs"][0].names == ["name", "commit", "moved_at", "deleted_at", "build_id"])
      let rest = try await server.get("/api/v1/repositories/1/refs?after=refs/heads/dev").json()
      #expect(rest.list.map { $0["build_id"] } == [1])
      #expect(await server.get("/api/v1/builds?repository=x").status == 422)
    }
  }

  @Test func `a check is asked for`() async throws {
    try await TestServer.run { server in
      _ = await add(server)
      #expect(await server.send("POST", "/api/v1/repositories/1/check").status == 202)
      #expect(server.registry.checks.withLock { $0 } == [RepositoryID(rawValue: 1)])
    }
  }

  @Test func `repositories are listed in pages, searched, and chosen by their newest build`() async throws {
    try await TestServer.run { server in
      for name in ["one", "two", "three"] {
        _ = await add(server, #"{"url":"https://example.org/\#(name)"}"#)
      }
      _ = await server.send("POST", "/api/v1/repositories/2/build")
      let first = await server.get("/api/v1/repositories?limit=2")
      #expect(try await first.json().list.map { $0["id"] } == [3, 2])
      let next = try #require(first.headers["Link"]?.dropFirst().prefix { $0 != ">" })
      #expect(try await server.get(String(next)).json().list.map { $0["id"] } == [1])
      #expect(try await server.get("/api/v1/repositories?search=THREE").json().list.map { $0["id"] } == [3])
      #expect(try await server.get("/api/v1/repositories?status=queued").json().list.map { $0["id"] } == [2])
      #expect(await server.get("/api/v1/repositories?status=odd").status == 422)
    }
  }

  @Test(arguments: [
    ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/build"), ("POST", "/check"), ("GET", "/builds"),
    ("GET", "/refs"), ("GET", "/webhook"),
  ])
  func `another's repository is not found`(_ method: String, _ path: String) async throws {
    try await TestServer.run { server in
      _ = await add(server)
      let body = method == "PATCH" ? "{}" : nil
      for (id, token) in [("1", server.otherToken), ("2", server.token), ("x", server.token)] {
        let response = await server.send(method, "/api/v1/repositories/\(id)\(path)", body: body, token: token)
        #expect(response.status == 404, "\(id)")
      }
      #expect(await server.send(method, "/api/v1/repositories/1\(path)", body: body, token: .some(nil)).status == 401)
      #expect(await server.get("/api/v1/repositories/1").status == 200)
    }
  }

  @Test func `changes reach the event stream`() async throws {
    try await TestServer.run { server in
      let client = try StreamClient(await server.get("/api/v1/events"))
      while server.scheduler.metrics.subscribers < 1 { await Task.yield() }
      _ = await add(server)
      _ = await server.send("DELETE", "/api/v1/repositories/1")
      let events = try await client.wait { $0.count >= 2 }
      #expect(events == Array(repeating: ReceivedEvent(name: "repository", data: ["id": 1]), count: 2))
      await client.leave()
    }
  }
}
