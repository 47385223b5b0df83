import HTTPServer
import Model
import Queue
import Routing
import Store
import Testing

@testable import API

@Suite struct CommitTests {
  private static let one = String(repeating: "1a", count: 20)
  private static let two = String(repeating: "2b", count: 20)

  /// Two builds of two commits; of their artifacts one is the same, one grew, one is gone and one is new.
  private func prepare(_ server: TestServer) async throws {
    let files: [(String, [(String, Int)])] = [
      (Self.one, [("gone.o", 3), ("src/tool", 10), ("libx.a", 7)]),
      (Self.two, [("new #1.so", 4), ("src/tool", 25), ("libx.a", 7)]),
    ]
    for (commit, artifacts) in files {
      let (build, job) = try await server.running()
      try await server.report(build, [.commit(commit)])
      for (name, size) in artifacts {
        _ = try await server.store(name, [UInt8](repeating: UInt8(size), count: size), of: job)
      }
      try await server.finish(build, job)
    }
  }

  @Test func `a commit's artifacts are listed by name, in pages, by its beginning too`() async throws {
    try await TestServer.run { server in
      try await prepare(server)
      for name in [Self.one, "1a1a1a1", "1A1A1A1A1A", "build-1"] {
        let list = try await server.get("/api/v1/commits/\(name)/artifacts").json()
        #expect(list.list.map { $0["name"] } == ["gone.o", "libx.a", "src/tool"])
        #expect(
          list[0].names == [
            "id", "name", "build_id", "kind", "architecture", "mode", "size", "sha256", "md5", "created_at", "url",
          ])
        #expect(list[2]["size"] == 10 && list[2]["mode"] == "0644" && list[2]["kind"] == .null)
        let url = try #require(list[2]["url"].string)
        #expect(try await server.get(url).bytes().count == 10)
      }
      var target: String? = "/api/v1/commits/\(Self.one)/artifacts?limit=2"
      var names: [JSONValue] = []
      while let page = target {
        let response = await server.get(page)
        names += try await response.json().list.map { $0["name"] }
        target = response.headers["Link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
      }
      #expect(names == ["gone.o", "libx.a", "src/tool"])
    }
  }

  @Test func `two commits are compared`() async throws {
    try await TestServer.run { server in
      try await prepare(server)
      let response = await server.get("/api/v1/commits/\(Self.one)/compare/2b2b2b2")
      #expect(response.status == 200 && response.headers["Content-Type"] == "application/json")
      let found = try await response.json()
      #expect(found.names == ["from", "to", "unchanged", "added", "removed", "changed"])
      #expect(found["from"] == ["commit": .string(Self.one), "artifacts": 3, "size": 20])
      #expect(found["to"] == ["commit": .string(Self.two), "artifacts": 3, "size": 36])
      #expect(found["unchanged"] == 1)
      #expect(found["added"].list.map { $0["name"] } == ["new #1.so"])
      #expect(found["added"][0]["delta"] == 4 && found["added"][0]["size"] == 4)
      #expect(found["added"][0]["url"] == .string("/artifacts/\(Self.two)/new%20%231.so"))
      #expect(found["removed"].list.map { $0["name"] } == ["gone.o"])
      #expect(found["removed"][0]["url"] == .string("/artifacts/\(Self.one)/gone.o"))
      #expect(found["changed"].list.count == 1)
      let changed = found["changed"][0]
      #expect(changed["name"] == "src/tool" && changed["delta"] == 15)
      #expect(changed["size_before"] == 10 && changed["size_after"] == 25)
      let same = try await server.get("/api/v1/commits/build-1/compare/\(Self.one)").json()
      #expect(same["unchanged"] == 3 && same["added"].list.isEmpty && same["changed"].list.isEmpty)
    }
  }

  @Test func `thousands of differences come as one text of JSON`() async throws {
    try await TestServer.run { server in
      let (build, job) = try await server.running()
      try await server.report(build, [.commit(Self.one)])
      let lease = StoredLease(build: build.id, fence: try server.lease(build.id).fence)
      let digest = ContentDigest(
        sha256: String(repeating: "0", count: 64), md5: String(repeating: "0", count: 32), size: 1)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<1001 {
          let artifact = Artifact(
            id: ArtifactID(rawValue: 0), build: build.id, job: job.id, name: "o/\(number)", source: "x",
            content: digest, permissions: 0o755, createdAt: TestServer.clock())
          group.addTask { _ = try await server.store.putArtifact(artifact, folder: Self.one, under: lease) }
        }
        try await group.waitForAll()
      }
      let (other, _) = try await server.submit()
      let found = try await server.get("/api/v1/commits/build-\(other.id)/compare/\(Self.one)").json()
      #expect(found["added"].list.count == 1001)
      #expect(Set(found["added"].list.map { $0["name"] }).count == 1001)
    }
  }

  @Test(arguments: [
    "abcdef0", "1a1a1a", "", "zzzzzzz", "build-99", "build-", "%27%20OR%201=1", String(repeating: "f", count: 65),
  ])
  func `a commit that nobody has built is not found`(_ name: String) async throws {
    try await TestServer.run { server in
      try await prepare(server)
      #expect(await server.get("/api/v1/commits/\(name)/artifacts").status == 404)
      #expect(await server.get("/api/v1/commits/\(Self.one)/compare/\(name)").status == 404)
      #expect(await server.get("/api/v1/commits/\(name)/compare/\(Self.one)").status == 404)
    }
  }

  @Test func `a beginning of several commits is refused, and others' commits are not found`() async throws {
    try await TestServer.run { server in
      try await prepare(server)
      let (build, job) = try await server.running()
      try await server.report(build, [.commit("1a1a1a1" + String(repeating: "0", count: 33))])
      try await server.finish(build, job)
      let response = await server.get("/api/v1/commits/1a1a1a1/artifacts")
      #expect(response.status == 422)
      #expect(try await response.text().contains("give more of its digits"))
      let other = await server.send("GET", "/api/v1/commits/\(Self.two)/artifacts", token: server.otherToken)
      #expect(other.status == 404)
      #expect(await server.get("/api/v1/commits/\(Self.two)/artifacts?cursor=99999").status == 422)
    }
  }
}
