import Files
import HTTPServer
import Testing

@testable import CommandLineClient

private func repository(_ id: Int, url: String = "https://example.org/hello.git", more: String = "") -> String {
  """
  {"id":\(id),"url":"\(url)","branch":null,"tag":null,"every":60,"enabled":true,"namespace":null,"status":null,\
  "last_commit":null,"last_build":null,"last_checked_at":null,"next_check_at":"2026-02-03T04:05:06.000Z",\
  "error":null,"error_since":null,"notice":null,"created_at":"2026-02-03T04:05:06.000Z"\(more)}
  """
}

@Suite struct `wright repo` {
  @Test func `registers a repository with what was given`() async throws {
    try await withFolder { folder in
      let file = folder + "/build.yml"
      try FileDescriptor.open(file, .createNew()).write(Array("stages: [a]\n".utf8), at: 0)
      try await withServer { _, _ in
        json(repository(3), status: 201)
      } _: { server, environment in
        let outcome = await wright(
          "repo", "add", "https://example.org/hello.git", "--branch", "release-*", "--every", "5m", "--manifest", file,
          environment: environment)
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output.hasPrefix("repository 3 registered: http://"))
        #expect(outcome.output.hasSuffix("/repositories/3\n"))
        #expect(server.lines == ["POST /api/v1/repositories"])
        let body = try #require(server.requests.first?.body)
        for part in [#""every":300"#, #""branch":"release-*""#, #""manifest":"stages: [a]\n""#] {
          #expect(body.contains(part), "\(body)")
        }
        #expect(!body.contains(#""tag":"#))
      }
    }
  }

  @Test func `says what the server refuses, a manifest's mistakes with their places`() async throws {
    try await withServer { _, _ in
      json(
        #"""
        {"status":422,"errors":[{"pointer":"/every","detail":"too often"},
        {"pointer":"/manifest","line":3,"column":1,"detail":"unknown key"}]}
        """#, status: 422)
    } _: { _, environment in
      let outcome = await wright("repo", "add", "https://x/y", environment: environment)
      #expect(outcome.status == 1)
      #expect(outcome.error == "wright: every: too often\n:3:1: error: unknown key\n")
    }
  }

  @Test(arguments: [
    (["repo"], "repo add, repo list"), (["repo", "add"], "URL is missing"),
    (["repo", "add", "u", "--branch", "a", "--tag", "b"], "not both"),
    (["repo", "add", "u", "--every", "soon"], "'soon' is not a time"),
    (["repo", "add", "u", "--every", "100ms"], "'100ms' is not a time"),
    (["repo", "show", "0"], "'0' is not the number"),
    (["repo", "lst"], "did you mean 'repo list'?"), (["compare", "a"], "OTHER is missing"),
  ])
  func `explains wrong usage`(_ words: [String], _ says: String) async {
    let error = Written()
    let console = Console(environment: [:], output: { _ in }, error: { error.append($0) })
    #expect(await table.run(words, console: console) == 2)
    #expect(error.text.contains(says), "\(error.text)")
  }

  @Test func `lists repositories over pages`() async throws {
    try await withServer { request, _ in
      let build = #"{"id":9,"number":9,"status":"failed","created_at":"2026-02-03T04:05:06.000Z"}"#
      let first = repository(2).replacing("\"last_build\":null", with: "\"last_build\":\(build)")
      return request.query("cursor") == nil
        ? json("[\(first)]", link: #"</api/v1/repositories?limit=200&cursor=2>; rel="next""#)
        : json("[\(repository(1, url: "https://x/\\u001b[31m"))]")
    } _: { server, environment in
      let outcome = await wright("repo", "list", environment: environment)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 3, "\(outcome.output)\(outcome.error)")
      #expect(lines[1].hasPrefix("2     Failed       default branch"))
      #expect(lines[1].hasSuffix("https://example.org/hello.git") && lines[1].contains("#9, "))
      #expect(lines[2].hasPrefix("1     Never built") && lines[2].hasSuffix("https://x/?[31m"))
      #expect(server.lines.count == 2)
      let all = await wright("repo", "list", "--json", environment: environment)
      #expect(all.output.hasPrefix("[{") && all.output.contains(#""id":1"#) && all.output.contains(#""id":2"#))
    }
  }

  @Test(arguments: [
    ("check", "POST /api/v1/repositories/3/check", ""),
    ("enable", "PATCH /api/v1/repositories/3", #"{"enabled":true}"#),
    ("disable", "PATCH /api/v1/repositories/3", #"{"enabled":false}"#), ("remove", "DELETE /api/v1/repositories/3", ""),
  ])
  func `changes a repository`(_ name: String, _ line: String, _ body: String) async throws {
    try await withServer { _, _ in
      json(repository(3))
    } _: { server, environment in
      let outcome = await wright("repo", name, "#3", environment: environment)
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix("repository 3 is "))
      #expect(server.lines == [line] && server.requests.first?.body == body)
    }
  }

  @Test func `finds a repository by its address`() async throws {
    try await withServer { request, _ in
      request.method == "GET"
        ? json("[\(repository(8, url: "https://x/y2")),\(repository(7, url: "https://x/y"))]") : json(repository(7))
    } _: { server, environment in
      #expect(await wright("repo", "remove", "https://x/y", environment: environment).status == 0)
      #expect(server.lines.last == "DELETE /api/v1/repositories/7")
      let unknown = await wright("repo", "check", "https://x/", environment: environment)
      #expect(unknown.status == 1)
      #expect(unknown.error == "wright: no repository with the address 'https://x/' is registered\n")
    }
  }

  @Test func `follows the first build from when it is queued`() async throws {
    let done = repository(3).replacing(
      "\"last_build\":null",
      with: #""last_build":{"id":5,"number":5,"status":"queued","created_at":"2026-02-03T04:05:06.000Z"}"#)
    try await withServer { request, count in
      switch request.pathSegments.last {
      case "events": stream([": \n\n", "event: repository\ndata: {\"id\":3}\n\n"])
      case "3": json(count < 4 ? repository(3) : done)
      case "5": json(build(5))
      default: json(repository(3), status: 201)
      }
    } _: { server, environment in
      let outcome = await wright("repo", "add", "https://x/y", "--follow", environment: environment)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains("build #5 queued") && outcome.output.contains("==> Passed"))
    }
  }

  @Test(arguments: [
    (#""error":null"#, #""error":"there is no such repository""#, "there is no such repository"),
    (#""last_checked_at":null"#, #""last_checked_at":"2026-02-03T04:05:06.000Z""#, "there is nothing to build yet"),
  ])
  func `does not wait for a build that does not come`(_ old: String, _ new: String, _ says: String) async throws {
    try await withServer { request, _ in
      request.pathSegments.last == "events" ? stream([": \n\n"]) : json(repository(3).replacing(old, with: new))
    } _: { _, environment in
      let outcome = await wright("repo", "add", "https://x/y", "--follow", environment: environment)
      #expect(outcome.status == 1)
      #expect(outcome.error == "wright: \(says)\n")
    }
  }
}

@Suite struct `wright compare` {
  @Test func `shows each difference, and counts what is the same`() async throws {
    try await withServer { _, _ in
      json(
        #"""
        {"from":{"commit":"a","artifacts":3,"size":9},"to":{"commit":"b","artifacts":3,"size":9},"unchanged":4,
        "added":[{"name":"new","size":2048,"delta":2048}],"removed":[{"name":"gone","size":3,"delta":-3}],
        "changed":[{"name":"tool","size_before":10,"size_after":5,"delta":-5}]}
        """#)
    } _: { server, environment in
      let outcome = await wright("compare", "1a2b3c4", "build-12", environment: environment)
      #expect(server.lines == ["GET /api/v1/commits/1a2b3c4/compare/build-12"])
      #expect(
        outcome.output == """
             SIZE     CHANGE    ARTIFACT
          +  2.0 KiB  +2.0 KiB  new
          -  3 B      -3 B      gone
          ~  5 B      -5 B      tool
          1 added, 1 removed, 1 changed, 4 unchanged

          """)
    }
  }
}
