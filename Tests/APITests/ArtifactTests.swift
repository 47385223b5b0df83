import Concurrency
import ArtifactsFile
import Files
import Glibc
import HTTPServer
import Model
import Queue
import Routing
import Store
import Testing

@testable import API

@Suite struct ArtifactTests {
  private let content = Array("0123456789".utf8)

  @Test func `a build's artifacts are listed whole, or in pages`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      // More than are read at a time.
      let names = (0..<450).map { "f\(1000 + $0)" }
      for name in names { _ = try await server.store(name, content, of: job) }
      try await server.finish(build, job)
      let path = "/api/v1/builds/\(build.id)/artifacts"
      #expect(try await server.get(path).json().list.map { $0["name"].string } == names)
      var (next, seen): (String?, [String?]) = (path + "?limit=200", [])
      while let target = next {
        let page = await server.get(target)
        seen += try await page.json().list.map { $0["name"].string }
        next = page.headers["Link"]?.split(separator: ">").first.map { String($0.dropFirst()) }
      }
      #expect(seen == names)
      #expect(try await server.get(path + "?limit=1").json().list.count == 1)
      #expect(await server.get(path + "?cursor=999999").status == 422)
    }
  }

  @Test func `artifacts are listed and fetched`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      _ = try await server.store("dir/größe of it.html", content, of: job)
      try await server.finish(build, job)
      let list = try await server.get("/api/v1/builds/\(build.id)/artifacts").json()
      #expect(list.list.count == 1)
      #expect(
        list[0].names == [
          "name", "source", "job", "size", "sha256", "md5", "kind", "architecture", "mode", "created_at", "url",
        ])
      #expect(list[0]["name"] == "dir/größe of it.html")
      #expect(list[0]["job"] == "unit")
      #expect(list[0]["size"] == 10)
      let sha256 = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"
      #expect(list[0]["sha256"] == .string(sha256))
      #expect(list[0]["md5"] == "781e5e245d69b566979b86e28d23f2c7")
      let url = try #require(list[0]["url"].string)
      #expect(url == "/api/v1/builds/\(build.id)/artifacts/dir/gr%C3%B6%C3%9Fe%20of%20it.html")
      let whole = await server.get(url)
      #expect(whole.status == 200)
      guard case .file = whole.content else {
        Issue.record("the file is not sent by its descriptor")
        return
      }
      #expect(try await whole.bytes() == content)
      #expect(whole.headers["ETag"] == "\"\(sha256)\"")
      #expect(await server.get(url, ["If-None-Match": "\"\(sha256)\""]).status == 304)
      let part = await server.get(url, ["Range": "bytes=2-4"])
      #expect(part.status == 206)
      #expect(try await part.text() == "234")
      #expect(await server.get(url, ["Range": "bytes=10-"]).status == 416)
      #expect(
        try await server.get("/artifacts/build-\(build.id)/dir/gr%C3%B6%C3%9Fe%20of%20it.html").bytes() == content)
    }
  }

  @Test func `hostile content cannot run on our origin`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      _ = try await server.store("x.html", Array("<script>alert(1)</script>".utf8), of: job)
      let response = await server.get("/artifacts/build-\(build.id)/x.html")
      #expect(response.headers["Content-Type"] == "application/octet-stream")
      #expect(response.headers["X-Content-Type-Options"] == "nosniff")
      #expect(response.headers["Content-Disposition"] == "attachment; filename=\"x.html\"")
      #expect(response.headers.all("Content-Security-Policy").count == 1)
      #expect(response.headers["Content-Security-Policy"]?.hasPrefix("sandbox;") == true)
      #expect(response.headers["Cross-Origin-Resource-Policy"] == "same-origin")
    }
  }

  @Test func `an artifact is found by commit, the newest first`() async throws {
    try await TestServer.run { server in
      let commit = String(repeating: "a", count: 40)
      for text in ["old", "new"] {
        let (build, job) = try await server.running()
        try await server.report(build, [.commit(commit)])
        _ = try await server.store("out", Array(text.utf8), of: job)
        try await server.finish(build, job)
      }
      #expect(try await server.get("/artifacts/\(commit)/out").text() == "new")
      #expect(await server.send("GET", "/artifacts/\(commit)/out", token: server.otherToken).status == 404)
    }
  }

  @Test(arguments: [
    "/artifacts/build-1/absent", "/artifacts/build-99/x", "/artifacts/build-x/x", "/artifacts/zzz/x",
    "/artifacts/build-1/..%2f..%2fadmin-token", "/artifacts/%27%20OR%201=1/x", "/artifacts/build-1",
    "/artifacts/build-1/", "/artifacts",
  ])
  func `what is not there is not found`(path: String) async throws {
    try await TestServer.run { server in
      let (_, job) = try await server.running()
      _ = try await server.store("x", content, of: job)
      #expect(await server.get(path).status == 404)
    }
  }

  @Test func `an artifact that was deleted says why`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      _ = try await server.store("x", content, of: job)
      try await server.finish(build, job)
      let stored = try await server.store.artifact(of: build.id, name: "x", owner: build.owner)
      #expect(try await server.store.markDeleted(#require(stored), reason: "no room", at: TestServer.clock()))
      let response = await server.get("/api/v1/builds/\(build.id)/artifacts/x")
      #expect(response.status == 410)
      #expect(try await response.text().contains("no room"))
      #expect(try await server.get("/api/v1/builds/\(build.id)/artifacts").json() == .array([]))
    }
  }

  @Test func `bytes that are lost are the server's fault`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      let artifact = try await server.store("x", content, of: job)
      try await server.artifacts.delete(sha256: artifact.content.sha256)
      let response = await server.get("/api/v1/builds/\(build.id)/artifacts/x")
      #expect(response.status == 500)
      let text = try await response.text()
      #expect(!text.contains(artifact.content.sha256))
      let id = try #require(try await response.json()["id"].string)
      #expect(server.logged.withLock { $0.contains { $0.contains(id) && $0.contains(artifact.content.sha256) } })
    }
  }
}
