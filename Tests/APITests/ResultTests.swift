import HTTPServer
import Model
import Queue
import Routing
import Testing

@Suite struct ResultTests {
  private let messages = [
    CompilerMessage(severity: .warning, file: "ä.c", line: 1, text: "<b> 1", logLine: 10),
    CompilerMessage(severity: .error, file: "ä.c", line: 2, column: 4, text: "<b> 2", logLine: 20),
    CompilerMessage(severity: .warning, file: "ä.c", line: 3, column: 4, text: "<b> 3", option: "-Wx", logLine: 30),
  ]
  private let tests = [
    TestCase(suite: "s", name: "good", status: .passed, durationMicroseconds: 1_000_500),
    TestCase(suite: "", name: "bad", status: .failed, message: "no\n\"way\""),
    TestCase(suite: "", name: "off", status: .skipped),
  ]
  private var batch: ResultBatch {
    ResultBatch(
      messages: messages, tests: tests,
      counts: ResultCounts(
        messages: MessageCounts(errors: 1, warnings: 2), tests: TestCounts(passed: 1, failed: 1, skipped: 1)))
  }

  @Test func `messages and tests are listed with their places`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      try await server.report(build, [.results(job.id, batch)])
      let shown = try await server.get("/api/v1/builds/\(build.id)").json()
      #expect(shown["errors"] == 1 && shown["warnings"] == 2 && shown["new_errors"] == 0)
      #expect(shown["compared_with"] == .null)
      #expect(shown["tests"].names == ["passed", "failed", "errors", "skipped"])
      #expect(shown["tests"]["skipped"] == 1)
      let found = try await server.get("/api/v1/builds/\(build.id)/messages").json()
      #expect(
        found[0].names == [
          "id", "job_id", "job", "severity", "file", "line", "column", "text", "option", "log_line", "new", "page",
        ])
      #expect(found.list.map { $0["text"] } == ["<b> 1", "<b> 2", "<b> 3"])
      #expect(found[0]["job"] == "unit" && found[0]["column"] == .null && found[2]["option"] == "-Wx")
      #expect(found[1]["page"] == .string("/builds/\(build.id)/jobs/\(job.id)#L20"))
      let tested = try await server.get("/api/v1/builds/\(build.id)/tests").json()
      #expect(tested[0].names == ["id", "job_id", "job", "suite", "name", "status", "duration", "message"])
      #expect(tested.list.map { $0["name"] } == ["bad", "off", "good"])
      #expect(tested[0]["message"] == "no\n\"way\"" && tested[0]["duration"] == .null)
    }
  }

  @Test func `lists are narrowed and come page by page`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      try await server.report(build, [.results(job.id, batch)])
      let path = "/api/v1/builds/\(build.id)"
      #expect(try await server.get("\(path)/messages?severity=error").json().list.count == 1)
      #expect(try await server.get("\(path)/messages?new=true").json().list.isEmpty)
      #expect(try await server.get("\(path)/messages?new=false").json().list.count == 3)
      #expect(try await server.get("\(path)/tests?status=passed").json().list.count == 1)
      for list in ["messages", "tests"] {
        let first = await server.get("\(path)/\(list)?limit=2")
        let link = try #require(first.headers["Link"])
        #expect(try await first.json().list.count == 2)
        let next = try #require(link.split(separator: ">").first?.dropFirst())
        let second = await server.get(String(next))
        #expect(try await second.json().list.count == 1)
        #expect(second.headers["Link"] == nil)
      }
      for query in ["messages?severity=bad", "messages?new=1", "tests?status=queued", "tests?cursor=-1"] {
        #expect(await server.get("\(path)/\(query)").status == 422, "\(query)")
      }
      for list in ["messages", "tests"] {
        #expect(await server.get("/api/v1/builds/99/\(list)").status == 404)
        #expect(await server.send("GET", "\(path)/\(list)", token: server.otherToken).status == 404)
      }
    }
  }
}
