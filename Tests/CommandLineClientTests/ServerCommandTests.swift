import Files
import HTTPServer
import Testing

@testable import CommandLineClient

func build(_ id: Int, status: String = "passed", jobs: String = "[]", more: String = "") -> String {
  """
  {"id":\(id),"number":\(id),"kind":"pipeline","status":"\(status)","namespace":null,\
  "trigger":{"type":"api","comment":"by hand","data":{}},"tags":["one","two"],"pinned":false,"commit":null,\
  "created_at":"2026-02-03T04:05:06.000Z","started_at":"2026-02-03T04:05:06.000Z",\
  "finished_at":"2026-02-03T04:05:08.500Z"\(more),"jobs":\(jobs)}
  """
}

@Suite struct `A command that asks the server` {
  @Test func `says plainly that there is no server`() async {
    let outcome = await wright("builds", environment: ["WRIGHT_SERVER": "http://127.0.0.1:1"])
    #expect(outcome.status == 1)
    #expect(outcome.error.hasPrefix("wright: cannot reach http://127.0.0.1:1: is `wright serve` running there?"))
    #expect(outcome.error.split(separator: "\n").count == 1)
  }

  @Test(arguments: ["127.0.0.1:8080", "ftp://x", "http://a b", ""])
  func `refuses an address that is none`(address: String) async throws {
    let outcome = await wright("builds", "--server", address)
    #expect(outcome.status == 1)
    #expect(outcome.error.contains(address.isEmpty ? "8080" : "WRIGHT_SERVER is '\(address)'"))
  }

  @Test func `says where the token is when it was refused`() async throws {
    try await withServer { _, _ in
      json(#"{"title":"Not signed in","status":401}"#, status: 401)
    } _: { _, environment in
      let outcome = await wright("builds", environment: environment)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("admin-token"))
      let without = await wright("builds", environment: environment.filter { $0.key != "WRIGHT_TOKEN" })
      #expect(without.error.contains("WRIGHT_TOKEN is not set"))
    }
  }

  @Test func `shows the server's own reason`() async throws {
    try await withServer { _, _ in
      json(#"{"title":"Conflict","status":409,"detail":"build 1 has ended already: passed"}"#, status: 409)
    } _: { server, environment in
      let outcome = await wright("kill", "#1", environment: environment)
      #expect(outcome.status == 1)
      #expect(outcome.error == "wright: build 1 has ended already: passed\n")
      #expect(server.lines == ["POST /api/v1/builds/1/kill"])
      #expect(server.requests.first?.authorization == "Bearer secret")
    }
  }

  @Test func `survives an answer that makes no sense`() async throws {
    try await withServer { _, _ in
      json("<html>")
    } _: { _, environment in
      let outcome = await wright("show", "1", environment: environment)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("makes no sense"))
    }
  }
}

@Suite struct `wright builds` {
  private func page(_ request: HTTPRequest) -> HTTPResponse {
    let first = request.query("cursor") == nil
    let next = #"</api/v1/builds?limit=2&tag=a%20b&cursor=7>; rel="next""#
    return json(first ? "[\(build(3)),\n \(build(2))]" : "[\(build(1))]", link: first ? next : nil)
  }

  @Test func `is a table, and says that there is more`() async throws {
    try await withServer { request, _ in
      page(request)
    } _: { server, environment in
      let outcome = await wright("builds", "--tag", "a b", "--limit", "2", environment: environment)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 3)
      #expect(
        lines.first == "BUILD  STATUS  AGE    TIME   COMMENT" || lines.first?.hasPrefix("BUILD  STATUS  AGE") == true)
      #expect(lines.last?.contains("#2") == true)
      #expect(lines.last?.hasSuffix("2.5 s  by hand [one, two]") == true)
      #expect(outcome.error == "there are more: add --all, or --cursor 7\n")
      #expect(server.lines == ["GET /api/v1/builds?limit=2&tag=a%20b"])
    }
  }

  @Test func `pages through all of them, as JSON too`() async throws {
    try await withServer { request, _ in
      page(request)
    } _: { server, environment in
      let outcome = await wright("builds", "--all", "--json", environment: environment)
      #expect(outcome.output == "[\(build(3)),\(build(2)),\(build(1))]\n")
      #expect(server.lines.last == "GET /api/v1/builds?limit=2&tag=a%20b&cursor=7")
      #expect(await wright("builds", "--all", environment: environment).output.split(separator: "\n").count == 4)
      let one = await wright("builds", "--limit", "1", "--json", environment: environment)
      #expect(one.output == "[\(build(3))]\n")
    }
  }

  @Test func `never follows a page to another server`() {
    #expect(
      ServerConnection.nextPage(#"<https://evil.example/api/v1/builds?cursor=1>; rel="next""#)
        == "/api/v1/builds?cursor=1")
    #expect(ServerConnection.nextPage(#"<https://evil.example/x>; rel="next""#) == nil)
    #expect(ServerConnection.nextPage(#"</api/v1/builds?cursor=1>; rel="prev""#) == nil)
  }

  @Test(arguments: [
    (["[]"], "[]"), (["[1, {\"a\":[2,3]}]", "[]", "[\"],[\",\"\\\"\"]"], "[1,{\"a\":[2,3]},\"],[\",\"\\\"\"]"),
    (["[", "x"], "[]"), (["[ 1 ,2 ]\n", "[3]"], "[1 ,2 ,3]"),
  ])
  func `puts pages together`(pages: [String], whole: String) throws {
    let bytes = try JSONArrays.joined(pages.map { Array($0.utf8) }, limit: .max, count: 0)
    #expect(String(decoding: bytes, as: UTF8.self) == whole)
  }
}

@Suite struct `wright show, token and the changes of a build` {
  @Test func `show a build with its jobs and artifacts`() async throws {
    let jobs = """
      [{"id":7,"stage":"test","name":"unit","status":"failed","exit_code":2,"created_at":"2026-02-03T04:05:06.000Z",\
      "started_at":"2026-02-03T04:05:06.000Z","finished_at":"2026-02-03T04:05:07.000Z","log_size":3}]
      """
    try await withServer { request, _ in
      guard request.target.hasSuffix("artifacts") else { return json(build(4, status: "failed", jobs: jobs)) }
      let artifact =
        #"{"name":"a.out","source":"b/a.out","job":7,"size":2048,"sha256":"abc","md5":"d","url":"/x","kind":"shared_library","architecture":"x86_64","mode":"0755"}"#
      return json("[\(artifact)]")
    } _: { _, environment in
      let outcome = await wright("show", "#4", environment: environment)
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix("Build #4  Failed after 2.5 s\n"))
      #expect(outcome.output.contains("  tags       one, two\n"))
      #expect(outcome.output.contains("\ntest   unit  Failed  2     1.0 s\n"))
      #expect(outcome.output.contains("\na.out     shared library, x86_64  2.0 KiB  abc\n"))
    }
  }

  @Test func `ask for what they are named after`() async throws {
    try await withServer { _, _ in
      json(build(5), status: 201)
    } _: { server, environment in
      #expect(await wright("pin", "5", environment: environment).output == "build #5 is pinned\n")
      #expect(await wright("unpin", "5", environment: environment).status == 0)
      #expect(
        await wright("rerun", "4", environment: environment).output.hasPrefix("build #5 queued, again as #4") == true)
      #expect(await wright("kill", "5", "--json", environment: environment).output == build(5) + "\n")
      #expect(server.lines.map { $0.split(separator: "/").last ?? "" } == ["pin", "unpin", "rerun", "kill"])
    }
  }

  @Test func `make, list and revoke tokens`() async throws {
    try await withServer { request, _ in
      if request.method == "DELETE" { return HTTPResponse(status: 204) }
      let token = #"{"id":3,"comment":"laptop","created_at":"2026-02-03T04:05:06.000Z""#
      return request.method == "POST" ? json(token + #","token":"wr_abc"}"#, status: 201) : json("[\(token)}]")
    } _: { server, environment in
      #expect(await wright("token", "create", "--comment", "laptop", environment: environment).output == "wr_abc\n")
      #expect(server.requests.first?.body == #"{"comment":"laptop"}"#)
      #expect(
        await wright("token", "list", environment: environment).output.contains(
          "3      user  2026-02-03T04:05:06.000Z  laptop\n"))
      #expect(await wright("token", "create", "--kind", "agent", environment: environment).output == "wr_abc\n")
      #expect(server.requests.last?.body.contains(#""kind":"agent""#) == true)
      #expect(await wright("token", "revoke", "3", environment: environment).status == 0)
      #expect(server.lines.last == "DELETE /api/v1/tokens/3")
    }
  }
}
