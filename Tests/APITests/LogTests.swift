import Concurrency
import Lifecycle
import Scheduling
import HTTPServer
import Logs
import LogsFile
import Model
import Queue
import Routing
import Store
import Testing

@testable import API

@Suite struct LogTests {
  @Test func `a log is its bytes, whole or in part`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      let path = "/api/v1/jobs/\(job.id)/log"
      let bytes: [UInt8] = [0xFF, 0x0A] + Array("0123456789\n".utf8)
      try await server.log(job, bytes, elapsed: 1)
      let live = await server.get(path)
      #expect(live.status == 200)
      #expect(live.headers["ETag"] == nil)
      #expect(try await live.bytes() == bytes)
      #expect(try await server.get("/api/v1/jobs/\(job.id)").json()["log_size"] == .integer(13))
      try await server.finish(build, job)
      let whole = await server.get(path)
      #expect(try await whole.bytes() == bytes)
      #expect(whole.headers["Content-Type"] == "text/plain; charset=utf-8")
      #expect(whole.headers["X-Content-Type-Options"] == "nosniff")
      #expect(whole.headers["Content-Disposition"] == nil)
      let part = await server.get(path, ["Range": "bytes=2-5"])
      #expect(part.status == 206)
      #expect(part.headers["Content-Range"] == "bytes 2-5/13")
      #expect(try await part.text() == "0123")
      #expect(await server.get(path, ["Range": "bytes=13-"]).status == 416)
      let tag = try #require(whole.headers["ETag"])
      #expect(await server.get(path, ["If-None-Match": tag]).status == 304)
      let download = await server.get(path + "?download=1")
      #expect(download.headers["Content-Disposition"] == "attachment; filename=\"unit-\(job.id).log\"")
    }
  }

  @Test func `a long log is streamed`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      let line = Array((String(repeating: "x", count: 99) + "\n").utf8)
      let chunk = Array(repeating: line, count: 10_000).flatMap { $0 }
      for index in 0..<3 {
        try await server.log(job, chunk, elapsed: Int64(index))
      }
      try await server.finish(build, job)
      let response = await server.get("/api/v1/jobs/\(job.id)/log")
      guard case .stream = response.content else {
        Issue.record("the log is held in memory")
        return
      }
      #expect(try await response.bytes() == chunk + chunk + chunk)
      let range = await server.get("/api/v1/jobs/\(job.id)/log", ["Range": "bytes=1000000-1999999"])
      #expect(try await range.bytes() == chunk)
    }
  }

  @Test func `lines are found by number`() async throws {
    try await TestServer.run { server in
      let (_, job) = try await server.running()
      try await server.log(job, "a\nb\n", elapsed: 5)
      try await server.log(job, [0xC3, 0x28, 0x0A], elapsed: 9)
      let path = "/api/v1/jobs/\(job.id)/log/lines"
      let all = try await server.get(path).json()
      #expect(all["total"] == .integer(3))
      #expect(all["size"] == .integer(7))
      #expect(all["ended"] == .boolean(false))
      #expect(all["lines"].list.map { $0["text"] } == [.string("a"), .string("b"), .string("\u{FFFD}(")])
      #expect(all["lines"][2].names == ["number", "offset", "elapsed_ms", "text", "cut"])
      #expect(all["lines"][2]["elapsed_ms"] == .integer(9))
      let one = try await server.get(path + "?from=1&limit=1").json()
      #expect(one["lines"].list.map { $0["number"] } == [.integer(1)])
      #expect(try await server.get(path + "?from=99").json()["lines"] == .array([]))
      for query in ["from=-1", "from=x", "limit=x", "limit=-5"] {
        #expect(await server.get("\(path)?\(query)").status == 422, "\(query)")
      }
    }
  }
}

@Suite struct LogStreamTests {
  private let events = ["Accept": "text/event-stream"]

  @Test func `a log is followed to its end`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      try await server.log(job, "one\n")
      let client = try StreamClient(await server.get("/api/v1/jobs/\(job.id)/log", events))
      let first = try await client.wait { $0.contains { $0.name == "log" } }
      #expect(first[0] == ReceivedEvent(name: "status", data: ["status": "running"]))
      #expect(first[1] == ReceivedEvent(name: "log", id: "4", data: ["offset": 0, "text": "one\n"]))
      try await server.log(job, "two\n")
      let second = try await client.wait { $0.count > 2 }
      #expect(second[2] == ReceivedEvent(name: "log", id: "8", data: ["offset": 4, "text": "two\n"]))
      try await server.log(job, "last")
      try await server.finish(build, job, .failed)
      let all = try await client.finish()
      #expect(try client.logText == "one\ntwo\nlast")
      #expect(all.suffix(2).map(\.name) == ["status", "end"])
      #expect(all.last?.data == ["status": "failed", "log_size": 12])
      #expect(server.streams.count == 0)
      #expect(server.scheduler.metrics.subscribers == 0)
    }
  }

  @Test(arguments: [(["Last-Event-ID": "4"], ""), ([:], "?offset=4"), (["Last-Event-ID": "4"], "?offset=1")])
  func `a reader goes on where it was`(headers: [String: String], query: String) async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      try await server.log(job, "one\ntwo\n")
      try await server.finish(build, job)
      let response = await server.get("/api/v1/jobs/\(job.id)/log\(query)", events.merging(headers) { $1 })
      let all = try await StreamClient(response).finish()
      #expect(all.map(\.name) == ["log", "status", "end"])
      #expect(all[0] == ReceivedEvent(name: "log", id: "8", data: ["offset": 4, "text": "two\n"]))
    }
  }

  @Test func `a reader of the whole log, or of more, hears only its end`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      try await server.log(job, "one\n")
      try await server.finish(build, job)
      for offset in [4, 5, 99] {
        let response = await server.get("/api/v1/jobs/\(job.id)/log?offset=\(offset)", events)
        #expect(try await StreamClient(response).finish().map(\.name) == ["status", "end"])
      }
      #expect(await server.get("/api/v1/jobs/\(job.id)/log?offset=x", events).status == 400)
    }
  }

  @Test func `no character is cut, wherever the bytes come apart`() async throws {
    let bytes = Array("aé€😀".utf8) + [0xE2, 0x82, 0x41, 0xF0, 0x9F] + Array("z".utf8)
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      let client = try StreamClient(await server.get("/api/v1/jobs/\(job.id)/log", events))
      for byte in bytes {
        try await server.log(job, [byte])
      }
      try await server.finish(build, job)
      let all = try await client.finish().filter { $0.name == "log" }
      #expect(try client.logText == "aé€😀\u{FFFD}A\u{FFFD}z")
      var end: Int64 = 0
      for event in all {
        #expect(event.data["offset"].integer == end)
        end = event.id.flatMap { Int64($0) } ?? -1
      }
      #expect(end == Int64(bytes.count))
    }
  }

  @Test func `an unfinished character at the end of the log is sent at the end`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      try await server.log(job, [0x61, 0xE2, 0x82])
      let client = try StreamClient(await server.get("/api/v1/jobs/\(job.id)/log", events))
      let early = try await client.wait { $0.contains { $0.name == "log" } }
      #expect(early.last == ReceivedEvent(name: "log", id: "1", data: ["offset": 0, "text": "a"]))
      try await server.finish(build, job)
      _ = try await client.finish()
      #expect(try client.logText == "a\u{FFFD}")
    }
  }

  @Test func `the stream of a job that never ran ends`() async throws {
    try await TestServer.run { server in
      let (build, jobs) = try await server.submit()
      let client = try StreamClient(await server.get("/api/v1/jobs/\(jobs[1].id)/log", events))
      _ = try await client.wait { !$0.isEmpty }
      #expect(await server.send("POST", "/api/v1/builds/\(build.id)/kill").status == 202)
      let all = try await client.finish()
      #expect(all.last == ReceivedEvent(name: "end", data: ["status": "skipped", "log_size": 0]))
    }
  }

  @Test func `a change that was missed is read anew`() async throws {
    let silent = Lock<SilentQueue?>(nil)
    let parts = TestServer.Parts(queue: { scheduler in
      let queue = SilentQueue(scheduler)
      silent.withLock { $0 = queue }
      return queue
    })
    try await TestServer.run(parts) { server in
      let (build, job) = try await server.running()
      let client = try StreamClient(await server.get("/api/v1/jobs/\(job.id)/log", events))
      _ = try await client.wait { !$0.isEmpty }
      try await server.finish(build, job)
      silent.withLock { $0 }?.say(.missed)
      #expect(try await client.finish().last == ReceivedEvent(name: "end", data: ["status": "passed", "log_size": 0]))
    }
  }

  @Test func `a stream is closed without an end when the server stops`() async throws {
    try await TestServer.run { server in
      let services = server.scheduler.services
      let running = Task {
        await withTaskGroup { group in
          for service in services { group.addTask { try? await service.run() } }
        }
      }
      let (_, job) = try await server.running()
      let client = try StreamClient(await server.get("/api/v1/jobs/\(job.id)/log", events))
      _ = try await client.wait { !$0.isEmpty }
      running.cancel()
      await running.value
      #expect(try await client.finish().map(\.name) == ["status"])
    }
  }

  @Test func `a reader that leaves takes its listeners along`() async throws {
    try await TestServer.run { server in
      let (_, job) = try await server.running()
      let client = try StreamClient(await server.get("/api/v1/jobs/\(job.id)/log", events))
      _ = try await client.wait { !$0.isEmpty }
      #expect(server.scheduler.metrics.subscribers == 1)
      await client.leave()
      #expect(server.scheduler.metrics.subscribers == 0)
      #expect(server.streams.count == 0)
    }
  }

  @Test func `the number of lines is followed`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      let client = try StreamClient(await server.get("/api/v1/jobs/\(job.id)/log/lines", events))
      _ = try await client.wait { !$0.isEmpty }
      for _ in 0..<100 {
        try await server.log(job, "x\n")
      }
      let live = try await client.wait { $0.last?.data["lines"].integer == 100 }
      #expect(live.first?.data == ["lines": 0, "size": 0, "ended": false])
      // Each append would be an event of its own, were they not put together.
      #expect(live.count < 50)
      try await server.finish(build, job)
      let all = try await client.finish()
      #expect(all.suffix(2).map(\.name) == ["lines", "end"])
      #expect(all.suffix(2).first?.data == ["lines": 100, "size": 200, "ended": true])
      #expect(all.last?.data == ["status": "passed", "log_size": 200])
    }
  }
}

@Suite struct UTF8BoundaryTests {
  @Test(
    arguments: [
      ([], 0), ([0x61], 1), ([0x61, 0xC3], 1), ([0xE2, 0x82], 0), ([0xE2, 0x82, 0xAC], 3), ([0xF0, 0x9F, 0x98], 0),
      ([0xF0, 0x9F, 0x98, 0x80], 4), ([0xFF], 1), ([0x80], 1), ([0x80, 0x80, 0x80, 0x80], 4), ([0xC3, 0x28], 2),
      ([0xC0], 1), ([0xF5, 0x80], 2), ([0xE0, 0x80], 2), ([0xED, 0xA0], 2), ([0xF0, 0x80], 2), ([0xF4, 0x90], 2),
      ([0xC3, 0xA9, 0xA9], 3),
    ] as [([UInt8], Int)])
  func `only a character that can still be completed waits`(bytes: [UInt8], count: Int) {
    #expect(UTF8Boundary.completeCount(bytes) == count)
  }
}
