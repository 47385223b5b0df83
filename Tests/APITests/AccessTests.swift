import HTTPServer
import Model
import Routing
import Store
import Testing

@testable import API

@Suite struct AccessTests {
  /// One request for each route of a build, a job and a token.
  private func requests(_ build: BuildID, _ job: JobID) -> [(String, String, String?)] {
    let path = "/api/v1/builds/\(build)"
    return [
      ("GET", path, nil), ("GET", path + "/jobs", nil), ("GET", path + "/events", nil),
      ("GET", path + "/artifacts", nil),
      ("GET", path + "/artifacts/a", nil), ("POST", path + "/kill", nil), ("POST", path + "/rerun", nil),
      ("POST", path + "/pin", nil), ("POST", path + "/unpin", nil), ("POST", path + "/tags", "{\"tags\":[\"a\"]}"),
      ("DELETE", path + "/tags/a", nil), ("GET", "/api/v1/jobs/\(job)", nil), ("GET", "/api/v1/jobs/\(job)/log", nil),
      ("GET", "/api/v1/jobs/\(job)/log/lines", nil), ("GET", "/artifacts/build-\(build)/a", nil),
    ]
  }

  @Test func `what is somebody else's is not found`() async throws {
    try await TestServer.run { server in
      let (build, jobs) = try await server.submit()
      for (method, path, body) in requests(build.id, jobs[1].id) {
        let response = await server.send(method, path, body: body, token: server.otherToken)
        #expect(response.status == 404, "\(method) \(path)")
      }
      for (method, path, body) in requests(BuildID(rawValue: 999), JobID(rawValue: 999)) {
        #expect(await server.send(method, path, body: body).status == 404, "\(method) \(path)")
      }
      let present = try await server.store.build(build.id)
      #expect(present == build)
      #expect(try await server.send("GET", "/api/v1/builds", token: server.otherToken).json() == .array([]))
    }
  }

  @Test func `without a token nothing is seen`() async throws {
    try await TestServer.run { server in
      let (build, jobs) = try await server.submit()
      let others: [(String, String, String?)] = [
        ("GET", "/api/v1/builds", nil), ("POST", "/api/v1/builds", "{}"), ("POST", "/api/v1/lint", "{}"),
        ("GET", "/api/v1/events", nil), ("GET", "/metrics", nil), ("GET", "/api/v1/tokens", nil),
        ("POST", "/api/v1/tokens", "{}"), ("DELETE", "/api/v1/tokens/1", nil), ("GET", "/version", nil),
      ]
      for (method, path, body) in requests(build.id, jobs[1].id) + others {
        let response = await server.send(method, path, body: body, token: .some(nil))
        #expect(response.status == 401, "\(method) \(path)")
        #expect(response.headers["WWW-Authenticate"] == "Bearer")
      }
      for path in ["/api/v1/healthcheck", "/readyz", "/openapi.json", "/docs"] {
        #expect(await server.send("GET", path, token: .some(nil)).status == 200, "\(path)")
      }
    }
  }

  @Test(arguments: [
    "Bearer", "Bearer ", "Bearer wrong", "Basic Og==", "bearer", "Bearer \(String(repeating: "a", count: 100_000))",
  ])
  func `a wrong token opens nothing`(authorization: String) async throws {
    try await TestServer.run { server in
      #expect(await server.get("/api/v1/builds", ["Authorization": authorization]).status == 401)
    }
  }

  @Test(arguments: ["/api/v1/builds/x", "/api/v1/builds/-1", "/api/v1/builds/0", "/api/v1/builds/99999999999999999999"])
  func `a number that is none names nothing`(path: String) async throws {
    try await TestServer.run { server in #expect(await server.get(path).status == 404) }
  }

  @Test func `tokens are made, listed without their text, and revoked at once`() async throws {
    try await TestServer.run { server in
      let made = await server.send("POST", "/api/v1/tokens", body: "{\"comment\":\"laptop\",\"expires_in\":60}")
      #expect(made.status == 201)
      #expect(made.headers["Cache-Control"] == "no-store")
      let token = try #require(try await made.json()["token"].string)
      let id = try #require(try await made.json()["id"].integer)
      #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
      #expect(await server.send("GET", "/api/v1/builds", token: token).status == 200)
      let list = try await server.get("/api/v1/tokens").json()
      #expect(list[0]["comment"] == .string("laptop"))
      #expect(list[0]["expires_at"].string != nil)
      #expect(!list[0].names.contains("token"))
      #expect(!(try await server.get("/api/v1/tokens").text()).contains(token))
      #expect(await server.send("DELETE", "/api/v1/tokens/\(id)", token: server.otherToken).status == 404)
      #expect(await server.send("GET", "/api/v1/builds", token: token).status == 200)
      #expect(await server.send("DELETE", "/api/v1/tokens/\(id)").status == 204)
      #expect(await server.send("GET", "/api/v1/builds", token: token).status == 401)
      #expect(await server.send("DELETE", "/api/v1/tokens/\(id)").status == 404)
    }
  }

  @Test(arguments: [
    "{\"kind\":\"session\"}", "{\"kind\":\"x\"}", "{\"expires_in\":0}", "{\"expires_in\":\"1\"}", "{\"name\":\"x\"}",
    "{\"expires_in\":9223372036854775807}",
  ])
  func `a wrong token request is refused`(body: String) async throws {
    try await TestServer.run { server in
      #expect(await server.send("POST", "/api/v1/tokens", body: body).status == 422)
    }
  }

  @Test func `an agent's token does not open a user's routes`() async throws {
    try await TestServer.run { server in
      let made = await server.send("POST", "/api/v1/tokens", body: "{\"kind\":\"agent\"}")
      let token = try #require(try await made.json()["token"].string)
      #expect(await server.send("GET", "/api/v1/builds", token: token).status == 401)
      #expect(try await server.authentication.principal(token, kind: .agent)?.user == server.admin.id)
    }
  }

  @Test func `a session changes things only from our own pages, and ends when signed out`() async throws {
    try await TestServer.run { server in
      let sessions = server.authentication.sessions
      #expect(try await sessions.signIn("wrong") == nil)
      let cookie = try #require(try await sessions.signIn(server.token))
      let headers = ["Cookie": "a=b; \(sessionCookieName)=\(cookie)"]
      func status(_ method: String, _ path: String, _ more: [String: String] = [:]) async -> Int {
        await server.send(method, path, headers.merging(more) { $1 }, token: .some(nil)).status
      }
      let (build, _) = try await server.submit()
      #expect(await status("GET", "/api/v1/builds") == 200)
      #expect(await status("POST", "/api/v1/builds/\(build.id)/pin") == 403)
      #expect(await status("POST", "/api/v1/builds/\(build.id)/pin", ["Sec-Fetch-Site": "same-origin"]) == 200)
      #expect(await status("GET", "/api/v1/builds", ["Authorization": "Bearer \(cookie)"]) == 401)
      let asToken = ["Cookie": "\(sessionCookieName)=\(server.token)"]
      #expect(await server.send("GET", "/api/v1/builds", asToken, token: .some(nil)).status == 401)
      try await sessions.signOut(.make("POST", "/", HTTPHeaders(headers.map { (name: $0.key, value: $0.value) })))
      #expect(await status("GET", "/api/v1/builds") == 401)
    }
  }
}
