import HTTPServer
import Testing

@testable import Routing

@Suite struct DocumentationTests {
  private let document = OpenAPIDocument(
    title: "Test & API", version: "1", description: "One.\n\nTwo.",
    schemas: [("Build", #"{"type":"object","properties":{"id":{"type":"integer"}}}"#)])
  private let routes = [
    Route(
      "GET", "/api/v1/builds/{id}/artifacts/{name...}",
      documentation: RouteDocumentation(
        "Reads <bytes>", tag: "Artifacts", query: [ParameterDocumentation("download", "Saves it")],
        responses: [RouteAnswer(200, "The bytes", "application/octet-stream"), RouteAnswer(206, "A part")])
    ) { _ in .text("") },
    Route(
      "POST", "/api/v1/builds",
      documentation: RouteDocumentation(
        "Submits", tag: "Builds", requestSchema: #"{"type":"object"}"#,
        responses: [.json(201, "The build", "Build")])
    ) { _ in .text("") },
    Route("GET", "/page", access: .page) { _ in .text("") },
  ]

  private func member(_ value: JSONValue?, _ path: String...) -> JSONValue? {
    path.reduce(value) { value, name in
      guard case .object(let members) = value else { return nil }
      return members.first { $0.name == name }?.value
    }
  }

  @Test func `the document is JSON and holds what has documentation`() throws {
    let value = try JSONParser.parse(document.json(routes))
    #expect(member(value, "openapi") == .string("3.1.0"))
    guard case .object(let paths) = member(value, "paths") else {
      Issue.record("no paths")
      return
    }
    #expect(paths.map(\.name) == ["/api/v1/builds/{id}/artifacts/{name}", "/api/v1/builds"])
    let get = member(value, "paths", "/api/v1/builds/{id}/artifacts/{name}", "get")
    #expect(member(get, "operationId") == .string("getBuildsByIdArtifactsByName"))
    guard case .array(let parameters) = member(get, "parameters") else {
      Issue.record("no parameters")
      return
    }
    #expect(parameters.map { member($0, "name") } == [.string("id"), .string("name"), .string("download")])
    #expect(
      member(value, "paths", "/api/v1/builds", "post", "responses", "201", "content", "application/json", "schema")
        == .object([JSONMember("$ref", .string("#/components/schemas/Build"))]))
    #expect(member(value, "components", "schemas", "Problem") != nil)
  }

  @Test func `the page shows every documented route, escaped, without scripts`() async {
    let router = Router(routes: document.routes(describing: routes)) { _ in nil }
    let page = await router.respond(to: .get("/docs")).text
    #expect(page.contains("/api/v1/builds/{id}/artifacts/{name...}"))
    #expect(page.contains("Reads &lt;bytes&gt;"))
    #expect(page.contains("Test &amp; API"))
    #expect(!page.contains("<script") && !page.contains("style="))
    #expect(!page.contains(">/page<"))
    #expect(await router.respond(to: .get("/docs/style.css")).status == 200)
    #expect(await router.respond(to: .get("/openapi.json")).headers["Content-Type"] == "application/json")
  }
}
