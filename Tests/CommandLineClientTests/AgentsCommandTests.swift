import HTTPServer
import Testing

@testable import CommandLineClient

private func agent(_ id: Int, _ name: String, _ state: String = "online", busy: Int = 1) -> String {
  """
  {"id":\(id),"name":"\(name)","state":"\(state)","shared":true,"slots":2,"busy":\(busy),"builds":[{"id":7,"number":3,\
  "kind":"pipeline","started_at":null}],"drivers":["host","nix"],"labels":{"gpu":"a100","os":"debian"},\
  "version":"1.2.3","machine":{"host":"m","os":"Debian","arch":"x86_64","processors":4,"memory":1073741824,\
  "load":0.5},"created_at":"2026-02-03T04:05:06.000Z","last_contact_at":"2026-02-03T04:05:06.000Z"}
  """
}

@Suite struct `wright agents` {
  @Test func `lists them, as a table and as JSON`() async throws {
    try await withServer { _, _ in
      json("[\(agent(1, "one")),\(agent(2, "two", "offline", busy: 0))]")
    } _: { _, environment in
      let table = await wright("agents", environment: environment).output
      let lines = table.split(separator: "\n")
      #expect(lines.first?.hasPrefix("AGENT  NAME  STATE    BUILDS  DRIVERS") == true)
      #expect(
        lines.dropFirst().first?.hasPrefix(
          "1      one   online   1/2     host,nix  gpu=a100,os=debian  1.2.3    m x86_64 4x 1.0 GiB")
          == true, "\(table)")
      #expect(table.contains("2      two   offline  0/2") && table.contains("#7"))
      #expect(await wright("agents", "--json", environment: environment).output.hasPrefix("[{\"id\":1,"))
    }
  }

  @Test func `drains, resumes and removes the one that is named`() async throws {
    try await withServer { request, _ in
      switch request.method {
      case "GET": json("[\(agent(1, "one")),\(agent(2, "two")),\(agent(3, "two")),\(agent(4, "5"))]")
      case "POST": json(agent(1, "one"))
      default: HTTPResponse(status: 204)
      }
    } _: { server, environment in
      #expect(
        await wright("agents", "drain", "one", environment: environment).output
          == "agent one drains: it still runs 1 build\n")
      #expect(server.lines.last == "POST /api/v1/agents/1/drain")
      #expect(await wright("agents", "resume", "3", environment: environment).status == 0)
      #expect(server.lines.last == "POST /api/v1/agents/3/resume")
      #expect(await wright("agents", "remove", "5", environment: environment).output == "agent 5 is forgotten\n")
      #expect(server.lines.last == "DELETE /api/v1/agents/4")
      #expect(await wright("agents", "drain", "two", environment: environment).error.contains("numbers 2, 3"))
      #expect(await wright("agents", "drain", "six", environment: environment).status == 1)
      #expect(await wright("agents", "drian", "one", environment: environment).error.contains("agents drain"))
    }
  }
}
