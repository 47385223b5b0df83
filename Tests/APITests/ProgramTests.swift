import HTTPServer
import Model
import Routing
import Testing

@Suite struct ProgramTests {
  @Test func `an address becomes a build of the program there`() async throws {
    try await TestServer.run { server in
      let body = #"{"url":"https://me:s3cret@example.org/me/hello.git","ref":"v1","comment":"c","tags":["a"]}"#
      let response = await server.send("POST", "/api/v1/builds", body: body)
      #expect(response.status == 201)
      let build = try await response.json()
      #expect(build["kind"] == .string("program") && build["status"] == .string("queued"))
      #expect(build["trigger"]["data"]["url"] == .string("https://example.org/me/hello.git"))
      #expect(build["trigger"]["data"]["ref"] == .string("v1"))
      #expect(build["trigger"]["comment"] == .string("c") && build["tags"] == .array([.string("a")]))
      #expect(build["jobs"].list.map { $0["name"] } == ["create-driver", "clone.1", "detect"].map { .string($0) })
      let found = try await server.get("/api/v1/builds?kind=program&search=hello").json()
      #expect(found.list.map { $0["id"] } == [build["id"]])
    }
  }

  @Test(arguments: [
    (#"{"url":""}"#, "/url"), (#"{"url":"hello"}"#, "/url"),
    (#"{"url":"ext::sh -c x"}"#, "/url"), (#"{"url":"--upload-pack=x"}"#, "/url"),
    (#"{"url":"/srv/git/hello"}"#, "/url"), (#"{"url":"file:///srv/git/hello"}"#, "/url"),
    (#"{"url":"http://example.org/x"}"#, "/url"), (#"{"url":"https://example.org/x","ref":"-x"}"#, "/ref"),
    (#"{"url":"https://example.org/x","ref":""}"#, "/ref"), (#"{"url":"https://example.org/x","ref":"a b"}"#, "/ref"),
    (#"{"url":"https://example.org/x","manifest":"x"}"#, "/url"), (#"{"ref":"main","manifest":"x"}"#, "/ref"),
    (#"{"url":"https://example.org/x","branch":"main"}"#, "/branch"), (#"{"comment":"x"}"#, "/manifest"),
  ])
  func `what cannot be cloned is refused with its place`(_ body: String, _ pointer: String) async throws {
    try await TestServer.run { server in
      let response = await server.send("POST", "/api/v1/builds", body: body)
      #expect(response.status == 422)
      let errors = try await response.json()["errors"].list
      #expect(errors.map { $0["pointer"] } == [.string(pointer)])
      #expect(errors.allSatisfy { ($0["detail"].string ?? "").count > 10 })
      #expect(try await server.get("/api/v1/builds").json() == .array([]))
    }
  }

  @Test func `a refused address shows no password`() async throws {
    try await TestServer.run { server in
      let response = await server.send("POST", "/api/v1/builds", body: #"{"url":"http://me:s3cret@example.org/x"}"#)
      #expect(response.status == 422)
      let text = try await response.text()
      #expect(!text.contains("s3cret"))
    }
  }
}
