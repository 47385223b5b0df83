import Crypto
import Files
import HTTPServer
import Testing

@testable import CommandLineClient

private func job(_ id: Int, _ name: String, status: String, size: Int = 9) -> String {
  """
  {"id":\(id),"stage":"test","name":"\(name)","status":"\(status)","exit_code":null,\
  "started_at":"2026-02-03T04:05:06.000Z","finished_at":"2026-02-03T04:05:07.000Z","log_size":\(size)}
  """
}

/// The event for a line at `offset`.
private func log(_ offset: Int, _ line: String) -> String {
  let text = line + "\\n"
  return "event: log\nid: \(offset + line.utf8.count + 1)\ndata: {\"offset\":\(offset),\"text\":\"\(text)\"}\n\n"
}

private func status(_ status: String, event: String = "status") -> String {
  "event: \(event)\ndata: {\"status\":\"\(status)\",\"log_size\":9}\n\n"
}

@Suite struct `wright logs` {
  private let ended = build(1, jobs: "[\(job(7, "a", status: "passed")),\(job(8, "b", status: "skipped", size: 0))]")

  @Test func `prints the logs of all jobs, and of one alone byte for byte`() async throws {
    try await withServer { [ended] request, _ in
      if request.target == "/api/v1/builds/1" { return json(ended) }
      return HTTPResponse(status: 200, content: .bytes([0x78, 0xFF, 0x1B, 0x0A]))
    } _: { _, environment in
      let all = await wright("logs", "1", environment: environment)
      #expect(all.status == 0)
      #expect(all.output.hasPrefix("==> test / a\nx"))
      #expect(all.output.hasSuffix("    passed in 1.0 s\n==> test / b\n    skipped after 1.0 s\n"))
      let written = Written()
      let console = Console(environment: environment, output: { written.append($0) }, error: { _ in })
      #expect(await table.run(["logs", "1", "--job", "test/a"], console: console) == 0)
      #expect(written.text == "x\u{FFFD}\u{1B}\n")
    }
  }

  @Test(arguments: [("passed", 1), ("failed", 2)])
  func `shows a job that an interrupted build ran again only where that is news`(_ again: String, _ count: Int)
    async throws
  {
    try await withServer { request, number in
      if request.target.hasSuffix("/jobs/8/log") {
        return stream([
          status("running"), log(0, "one"), status("queued"), status("running"), status("passed", event: "end"),
        ])
      }
      if request.target.hasSuffix("/log") {
        let end = request.target.contains("/9/") ? again : "passed"
        return stream([status(end), status(end, event: "end")])
      }
      let b = job(8, "b", status: number <= 2 ? "running" : "passed")
      // The command asks once, and the follower before it begins.
      return number <= 2
        ? json(build(1, status: "running", jobs: "[\(job(7, "a", status: "passed")),\(b)]"))
        : json(build(1, jobs: "[\(job(9, "a", status: again)),\(b)]"))
    } _: { _, environment in
      let outcome = await wright("logs", "1", "--follow", environment: environment)
      #expect(outcome.status == 0)
      #expect(outcome.output.occurrences(of: "==> test / a\n") == count)
      #expect(outcome.output.occurrences(of: "==> test / b\n") == 1)
    }
  }

  @Test func `suggests the job that was meant`() async throws {
    try await withServer { [ended] _, _ in
      json(ended)
    } _: { _, environment in
      let outcome = await wright("logs", "1", "--job", "nowhere", environment: environment)
      #expect(outcome.status == 1)
      #expect(outcome.error.contains("has no job 'nowhere'; there are test/a, test/b"))
    }
  }

  @Test func `goes on after a cut where it was`() async throws {
    try await withServer { [ended] request, _ in
      if request.target == "/api/v1/builds/1" { return json(ended) }
      return switch request.headers["Range"] {
      case nil: stream(["one\n", "tw"], isCut: true)
      case "bytes=6-": stream(["o\n"], status: 206)
      default: json("{}", status: 500)
      }
    } _: { server, environment in
      let outcome = await wright("logs", "1", "--job", "a", environment: environment)
      #expect(outcome.output == "one\ntwo\n", "\(outcome.error)")
      #expect(server.requests.map(\.range) == [nil, nil, "bytes=6-"])
    }
  }

  @Test func `follows a job over a cut connection`() async throws {
    let running = build(1, status: "running", jobs: "[\(job(7, "a", status: "running"))]")
    try await withServer { request, _ in
      if request.target == "/api/v1/builds/1" { return json(running) }
      guard request.headers["Last-Event-ID"] == "4" else {
        return stream([status("running"), ": beat\n\n", log(0, "one")], isCut: true)
      }
      return stream([log(4, "two"), status("passed"), status("passed", event: "end")])
    } _: { _, environment in
      let outcome = await wright("logs", "1", "--job", "a", "--follow", environment: environment)
      #expect(outcome.output == "one\ntwo\n", "\(outcome.error)")
      #expect(outcome.status == 0)
    }
  }
}

@Suite struct `wright submit` {
  private func withManifest(_ body: (String) async throws -> Void) async throws {
    try await withFolder { folder in
      let text = "driver: {type: host}\nstages: [test]\njobs: [{stage: test, commands: [x]}]\n"
      try FileTree.writeAtomically(Array(text.utf8), to: folder + "/m.yml")
      try await body(folder + "/m.yml")
    }
  }

  @Test func `sends the manifest with comment and tags`() async throws {
    try await withServer { _, _ in
      json(build(9, status: "queued"), status: 201)
    } _: { server, environment in
      try await withManifest { file in
        let outcome = await wright(
          "submit", file, "--comment", "by hand", "--tag", "one", "--tag=two", environment: environment)
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("build #9 queued: http://127.0.0.1:"))
        #expect(server.requests.first?.body.contains(#""comment":"by hand""#) == true)
        #expect(server.requests.first?.body.contains(#""tags":["one","two"]"#) == true)
      }
    }
  }

  @Test func `shows the mistakes in a manifest as compilers do`() async throws {
    let problem = """
      {"title":"Invalid","status":422,"detail":"x","errors":[{"pointer":"/manifest","line":3,"column":5,"detail":"no"},\
      {"pointer":"/manifest","line":4,"column":1,"detail":"yes"}]}
      """
    try await withServer { _, _ in
      json(problem, status: 422)
    } _: { _, environment in
      try await withManifest { file in
        let outcome = await wright("submit", file, environment: environment)
        #expect(outcome.status == 1)
        #expect(outcome.error == "\(file):3:5: error: no\n\(file):4:1: error: yes\n")
        #expect(outcome.output == "")
      }
    }
  }

  @Test(
    arguments: [("passed", 0), ("passed_with_failures", 0), ("failed", 1), ("killed", 1), ("timed_out", 1)]
      as [(String, Int32)])
  func `follows the build and ends with its result`(result: String, code: Int32) async throws {
    try await withServer { request, count in
      if request.method == "POST" { return json(build(9, status: "queued"), status: 201) }
      if request.target.hasSuffix("/log") {
        return stream([status("queued"), status("running"), log(0, "hello"), status("passed", event: "end")])
      }
      let isOver = count > 3
      let jobs = "[\(job(7, "a", status: isOver ? "passed" : "queued"))]"
      return json(build(9, status: isOver ? result : "queued", jobs: jobs))
    } _: { _, environment in
      try await withManifest { file in
        let outcome = await wright("submit", file, "--follow", environment: environment)
        #expect(outcome.status == code, "\(outcome.error)")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines[1] == "==> test / a")
        #expect(lines[2] == "hello")
        #expect(lines[3].hasPrefix("    passed in "))
        #expect(lines.last?.hasPrefix("==> ") == true)
        #expect(lines.count == 5)
      }
    }
  }
}

@Suite struct `wright artifacts` {
  private static let content = [UInt8](repeating: 0x61, count: 300_000)

  private func serve(_ sha256: String) -> @Sendable (HTTPRequest, Int) async -> HTTPResponse {
    { request, _ in
      if request.target.hasSuffix("/artifacts") {
        return json(#"[{"name":"d/a b.txt","size":300000,"sha256":"\#(sha256)"}]"#)
      }
      guard let range = request.headers["Range"] else {
        return HTTPResponse(
          status: 200,
          content: .stream { writer in
            try await writer.write(Array(Self.content.prefix(100_000)))
            throw CommandFailure("cut")
          })
      }
      let offset = Int(range.dropFirst("bytes=".count).dropLast()) ?? 0
      return HTTPResponse(status: 206, content: .bytes(Array(Self.content.dropFirst(offset))))
    }
  }

  @Test func `fetches one whole over a cut, and checks its hash`() async throws {
    try await withServer(serve(try SHA256.hex(Self.content))) { server, environment in
      try await withFolder { folder in
        let outcome = await wright(
          "artifacts", "1", "--get", "d/a b.txt", "--output", folder + "/out", environment: environment)
        #expect(outcome.status == 0, "\(outcome.error)")
        let fetched = try FileTree.contents(of: folder + "/out", limit: 1 << 20)
        #expect(fetched == Self.content)
        let names = try FileTree.names(in: folder)
        #expect(names == ["out"])
        #expect(server.lines.last == "GET /api/v1/builds/1/artifacts/d/a%20b.txt")
      }
    }
  }

  @Test func `leaves nothing behind where the hash is wrong`() async throws {
    try await withServer(serve(String(repeating: "0", count: 64))) { _, environment in
      try await withFolder { folder in
        let outcome = await wright(
          "artifacts", "1", "--get", "d/a b.txt", "--output", folder + "/out", environment: environment)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("SHA-256"))
        let names = try FileTree.names(in: folder)
        #expect(names.isEmpty)
      }
    }
  }

  @Test func `names those that there are`() async throws {
    try await withServer(serve("x")) { _, environment in
      let outcome = await wright("artifacts", "1", "--get", "nothing", environment: environment)
      #expect(outcome.error == "wright: build #1 has no artifact 'nothing'; there are d/a b.txt\n")
    }
  }
}

extension String {
  /// How often `part` is in it.
  fileprivate func occurrences(of part: String) -> Int {
    var (count, rest) = (0, self[...])
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
