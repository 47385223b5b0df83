import HTTPServer
import Model
import Routing
import Testing

@Suite struct BuildTests {
  @Test func `a manifest becomes a build`() async throws {
    try await TestServer.run { server in
      let body =
        "{\"manifest\":\(JSONText.quote(TestServer.manifest)),\"comment\":\"first \u{202E}\",\"tags\":[\" a \",\"ü,b\",\"a\"]}"
      let response = await server.send("POST", "/api/v1/builds", body: body)
      #expect(response.status == 201)
      let build = try await response.json()
      let id = try #require(build["id"].integer)
      #expect(response.headers["Location"] == "/api/v1/builds/\(id)")
      #expect(
        build.names == [
          "id", "number", "kind", "status", "namespace", "trigger", "tags", "pinned", "commit", "repository", "ref",
          "reason", "attempt", "errors", "warnings", "new_errors", "new_warnings", "compared_with", "tests",
          "driver", "labels", "agent", "agent_id", "created_at", "started_at", "finished_at", "waiting_for", "manifest",
          "jobs",
        ])
      #expect(build["status"] == .string("queued"))
      #expect(build["kind"] == .string("pipeline"))
      #expect(build["tags"] == .array([.string("a"), .string("ü,b")]))
      #expect(build["trigger"]["type"] == .string("api"))
      #expect(build["trigger"]["comment"] == .string("first \u{202E}"))
      #expect(build["manifest"] == .string(TestServer.manifest))
      #expect(build["jobs"].list.map { $0["name"] } == [.string("create-driver"), .string("unit")])
      #expect(
        build["jobs"][1].names == [
          "id", "build_id", "stage", "name", "status", "exit_code", "created_at", "started_at", "finished_at",
          "log_size",
        ])
      #expect(build["created_at"].string.flatMap(Timestamp.init(rfc3339:)) != nil)
      #expect(try await server.get("/api/v1/builds/\(id)").json() == build)
      #expect(try await server.get("/api/v1/builds/\(id)/jobs").json() == build["jobs"])
      let job = try #require(build["jobs"][1]["id"].integer)
      #expect(try await server.get("/api/v1/jobs/\(job)").json() == build["jobs"][1])
    }
  }

  @Test func `a bad manifest is refused with each place`() async throws {
    try await TestServer.run { server in
      let text = "driver: {type: host}\nstagess: [a]\njobs:\n- {stage: a, commands: [x], artefacts: [y]}\n"
      let response = await server.send("POST", "/api/v1/builds", body: "{\"manifest\":\(JSONText.quote(text))}")
      #expect(response.status == 422)
      #expect(response.headers["Content-Type"] == "application/problem+json")
      let errors = try await response.json()["errors"].list
      #expect(errors.count >= 2)
      #expect(errors.allSatisfy { $0["pointer"] == .string("/manifest") })
      #expect(errors.contains { $0["line"] == .integer(2) && $0["column"] == .integer(1) })
      #expect(errors.contains { $0["line"] == .integer(4) })
    }
  }

  @Test(arguments: [
    ("{}", 422, "/manifest"), ("{\"manifest\":1}", 422, "/manifest"), ("{\"manifest\":\"\"}", 422, "/manifest"),
    ("{\"manifest\":\"driver: {type: host}\\nstages: [a]\",\"comments\":\"x\"}", 422, "/comments"),
    ("{\"manifest\":\"\",\"tags\":\"x\"}", 422, "/tags"),
    ("{\"manifest\":\"\",\"tags\":[\"a\",\" \"]}", 422, "/tags/1"),
    ("{\"manifest\":\"\",\"tags\":[\"\(String(repeating: "a", count: 101))\"]}", 422, "/tags/0"),
    ("{\"manifest\":\"\",\"tags\":[\"a\\u0000\"]}", 422, "/tags/0"),
    ("{\"manifest\":\"\",\"tags\":[\((0...50).map { "\"\($0)\"" }.joined(separator: ","))]}", 422, "/tags"),
    ("{\"manifest\":\"\",\"comment\":\"\(String(repeating: "é", count: 10_001))\"}", 422, "/comment"),
    ("{\"manifest\":\"namespace: a@other\\ndriver: {type: host}\\nstages: [a]\"}", 422, "/manifest"),
    ("{\"manifest\":\"driver: \\u0000\"}", 422, "/manifest"),
  ])
  func `a wrong field is refused by name`(body: String, status: Int, pointer: String) async throws {
    try await TestServer.run { server in
      let response = await server.send("POST", "/api/v1/builds", body: body)
      #expect(response.status == status)
      let errors = try await response.json()["errors"].list
      #expect(errors.contains { $0["pointer"] == .string(pointer) }, "\(errors)")
      #expect(try await server.get("/api/v1/builds").json() == .array([]))
    }
  }

  @Test func `a build for a driver that no agent has waits, and says for what`() async throws {
    try await TestServer.run { server in
      let text = "driver: {type: qemu, image: x}\nstages: [a]\njobs: [{stage: a, commands: [x]}]\n"
      let response = await server.send("POST", "/api/v1/builds", body: "{\"manifest\":\(JSONText.quote(text))}")
      #expect(response.status == 201)
      let build = try await response.json()
      #expect(build["waiting_for"] == "It waits for an agent with the driver qemu; none is there.")
      #expect(build["driver"] == "qemu" && build["labels"] == .object([]) && build["agent"] == .null)
      let lint = await server.send("POST", "/api/v1/lint", body: "{\"manifest\":\(JSONText.quote(text))}")
      #expect(try await lint.json()["errors"] == .array([]))
    }
  }

  @Test(
    arguments: [
      ("{", [:], 400), ("[]", [:], 422), ("{}", ["Content-Type": "text/plain"], 415),
      ("{\"manifest\":\"\(String(repeating: "#", count: 100_001))\"}", [:], 413),
      ("{\"manifest\":\"\(String(repeating: "#", count: 1_000_000))\"}", [:], 413),
    ] as [(String, [String: String], Int)])
  func `a bad body is refused`(body: String, headers: [String: String], status: Int) async throws {
    try await TestServer.run { server in
      for path in ["/api/v1/builds", "/api/v1/lint"] {
        #expect(await server.send("POST", path, headers, body: body).status == status)
      }
    }
  }

  @Test func `lint tells errors and warnings, and stores nothing`() async throws {
    try await TestServer.run { server in
      let text = "driver: {type: host}\nstages: [a]\njobs:\n- {stage: nowhere, commands: [x]}\n"
      let response = await server.send("POST", "/api/v1/lint", body: "{\"manifest\":\(JSONText.quote(text))}")
      #expect(response.status == 200)
      let result = try await response.json()
      #expect(result["errors"] == .array([]))
      #expect(result["warnings"].list.contains { $0["line"] == .integer(4) })
      #expect(result["warnings"][0].names == ["pointer", "path", "line", "column", "detail"])
      #expect(try await server.get("/api/v1/builds").json() == .array([]))
    }
  }

  @Test func `the list is newest first, paged and filtered`() async throws {
    try await TestServer.run { server in
      for tag in ["a", "b", "a", "c d&e"] { _ = try await server.submit(fields: ",\"tags\":[\"\(tag)\"]") }
      let first = await server.get("/api/v1/builds?limit=3")
      let page = try await first.json()
      #expect(page.list.map { $0["number"] } == [.integer(4), .integer(3), .integer(2)])
      #expect(page[0]["jobs"] == .null)
      #expect(!page[0].names.contains("manifest") && !page[0].names.contains("jobs"))
      let link = try #require(first.headers["Link"])
      #expect(link.hasSuffix(">; rel=\"next\""))
      let next = String(link.dropFirst().prefix { $0 != ">" })
      let second = await server.get(next)
      #expect(try await second.json().list.map { $0["number"] } == [.integer(1)])
      #expect(second.headers["Link"] == nil)
      func numbers(_ query: String) async throws -> [Int64?] {
        try await server.get("/api/v1/builds?" + query).json().list.map { $0["number"].integer }
      }
      #expect(try await numbers("tag=a") == [3, 1])
      #expect(try await numbers("tag=c%20d%26e") == [4])
      #expect(try await numbers("status=queued&kind=pipeline&tag=&search=") == [4, 3, 2, 1])
      #expect(try await numbers("status=passed") == [])
      #expect(try await numbers("kind=nix") == [])
      #expect(try await numbers("search=%232") == [2])
      #expect(try await numbers("namespace=nowhere") == [])
      let filtered = await server.get("/api/v1/builds?tag=a&limit=1")
      #expect(filtered.headers["Link"]?.contains("tag=a&limit=1&cursor=") == true)
    }
  }

  @Test(arguments: [
    "limit=0", "limit=x", "limit=-1", "status=broken", "status=skipped", "kind=x", "cursor=nonsense",
  ])
  func `a wrong filter is refused`(query: String) async throws {
    try await TestServer.run { server in
      #expect(await server.get("/api/v1/builds?" + query).status == 422)
    }
  }

  @Test func `builds are killed, run again, pinned and tagged`() async throws {
    try await TestServer.run { server in
      let (build, _) = try await server.submit(fields: ",\"tags\":[\"x\"]")
      let path = "/api/v1/builds/\(build.id)"
      let pinned = await server.send("POST", path + "/pin")
      #expect(pinned.status == 200)
      #expect(try await pinned.json()["pinned"] == .boolean(true))
      #expect(try await server.send("POST", path + "/unpin").json()["pinned"] == .boolean(false))
      let tagged = await server.send("POST", path + "/tags", body: "{\"tags\":[\"a/b\",\"x\"]}")
      #expect(tagged.status == 200)
      #expect(try await tagged.json()["tags"] == .array([.string("x"), .string("a/b")]))
      let untagged = await server.send("DELETE", path + "/tags/a%2Fb")
      #expect(untagged.status == 200)
      #expect(try await untagged.json()["tags"] == .array([.string("x")]))
      #expect(await server.send("DELETE", path + "/tags/absent").status == 200)
      let long = String(repeating: "ü", count: 100)
      #expect(await server.send("POST", path + "/tags", body: "{\"tags\":[\"\(long)\"]}").status == 200)
      let killed = await server.send("POST", path + "/kill")
      #expect(killed.status == 202)
      #expect(try await killed.json()["status"] == .string("killed"))
      #expect(await server.send("POST", path + "/kill").status == 409)
      let again = await server.send("POST", path + "/rerun")
      #expect(again.status == 201)
      let new = try await again.json()
      #expect(new["id"].integer != build.id.rawValue)
      #expect(again.headers["Location"] == "/api/v1/builds/\(new["id"].integer ?? 0)")
      #expect(new["jobs"].list.count == 2)
    }
  }

  @Test func `a build has at most fifty tags`() async throws {
    try await TestServer.run { server in
      let (build, _) = try await server.submit()
      let many = (0..<49).map { "\"\($0)\"" }.joined(separator: ",")
      let path = "/api/v1/builds/\(build.id)/tags"
      #expect(await server.send("POST", path, body: "{\"tags\":[\(many)]}").status == 200)
      #expect(await server.send("POST", path, body: "{\"tags\":[\"a\",\"b\"]}").status == 422)
      #expect(await server.send("POST", path, body: "{\"tags\":[\"a\",\"1\"]}").status == 200)
      #expect(await server.send("POST", path, body: "{}").status == 422)
    }
  }
}
