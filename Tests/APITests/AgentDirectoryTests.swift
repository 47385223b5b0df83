import HTTPServer
import Model
import Queue
import Routing
import Scheduling
import Store
import Testing

@Suite struct `The agents in the API` {
  private static func seen(_ server: TestServer, _ name: String, owner: UserID? = nil) async throws {
    _ = try await server.scheduler.seen(
      AgentContact(
        name: name, owner: owner ?? server.admin.id, instance: "p-\(name)", slots: 2, busy: 0, drivers: ["host"],
        labels: ["gpu": "a100", "os": "debian"], version: "1.2.3",
        machine: AgentMachine(
          host: "m", system: "Debian", architecture: "x86_64", processors: 4, memory: 5, loadPercent: 125)))
  }

  @Test func `are listed, a page at a time, with what they run`() async throws {
    try await TestServer.run { server in
      for name in ["one", "two", "three"] { try await Self.seen(server, name) }
      let (build, _) = try await server.submit()
      _ = try await server.scheduler.claim(AgentOffer(agent: "two", drivers: ["host"]), instance: "p-two")
      let page = await server.get("/api/v1/agents?limit=2")
      let agents = try await page.json()
      #expect(agents[0]["name"] == "one" && agents[1]["name"] == "two" && agents[2] == .null)
      #expect(page.headers["Link"]?.contains("cursor=2") == true)
      #expect(agents[1]["busy"] == .integer(1) && agents[1]["builds"][0]["id"] == .integer(build.id.rawValue))
      #expect(agents[0]["labels"]["gpu"] == "a100" && agents[0]["machine"]["arch"] == "x86_64")
      #expect(agents[0]["state"] == "online" && agents[0]["drivers"][0] == "host")
      let rest = try await server.get("/api/v1/agents?limit=2&cursor=2").json()
      #expect(rest[0]["name"] == "three" && rest[1] == .null)
      let own = try await server.get("/api/v1/agents/2/builds").json()
      #expect(own[0]["agent"] == "two" && own[0]["agent_id"] == .integer(2) && own[1] == .null)
    }
  }

  @Test func `drain, work again, and are removed only when they are silent`() async throws {
    try await TestServer.run { server in
      try await Self.seen(server, "one")
      #expect(try await server.send("POST", "/api/v1/agents/1/drain").json()["state"] == "draining")
      #expect(try await server.get("/api/v1/agents/1").json()["state"] == "draining")
      #expect(try await server.send("POST", "/api/v1/agents/1/resume").json()["state"] == "online")
      #expect(await server.send("DELETE", "/api/v1/agents/1").status == 409)
      #expect(await server.send("POST", "/api/v1/agents/9/drain").status == 404)
      #expect(await server.send("POST", "/api/v1/agents/1/drain", token: server.otherToken).status == 403)
      #expect(await server.get("/api/v1/agents/x").status == 404)
    }
  }

  @Test func `tell how the queue stands`() async throws {
    try await TestServer.run { server in
      _ = try await server.submit()
      for span in ["", "?span=hour", "?span=day"] {
        let moments = try await server.get("/api/v1/queue/history\(span)").json()
        #expect(moments[0]["queued"] == .integer(1) && moments[0]["wait_mean"] == .null)
      }
      #expect(await server.get("/api/v1/queue/history?span=week").status == 422)
    }
  }
}
