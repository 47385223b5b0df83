import Forge
import Model
import Testing

@testable import ForgeGitLab

struct GitLabForgeTests {
  typealias Answer = ScriptedGitLab.Answer
  private static let project = Answer(
    status: 200, body: #"{"id":42,"path_with_namespace":"a/b","default_branch":"main","permissions":null}"#)
  private static let found = ForgeProject(kind: .gitlab, id: "42", path: "a/b", defaultBranch: "main")
  private static let wanted = WantedMergeRequest(source: "wright/v1", target: "main", title: "v1", description: "d")
  private static let opened = #"{"iid":7,"web_url":"https://g/a/b/-/merge_requests/7","state":"opened"}"#
  private static let request = MergeRequest(iid: 7, url: "https://g/a/b/-/merge_requests/7")

  private func failure(_ answers: [Answer], _ body: (any Forge) async throws -> Void) async throws -> ForgeError? {
    do { try await ScriptedGitLab(answers).serve { try await body($0) } } catch let error as ForgeError { return error }
    return nil
  }

  @Test func `A project is asked for with the token in a header`() async throws {
    let server = ScriptedGitLab([Self.project])
    #expect(try await server.serve { try await $0.project() } == Self.found)
    #expect(server.requests == ["GET /api/v4/projects/42 glpat-secret "])
  }

  @Test func `What a project does not say is what was asked for`() async throws {
    let project = try await ScriptedGitLab([Answer(status: 200, body: "{}")]).serve { try await $0.project() }
    #expect(project == ForgeProject(kind: .gitlab, id: "42", path: "42", defaultBranch: nil))
  }

  @Test func `A moved project is found, on the same server only`() async throws {
    let server = ScriptedGitLab([
      Answer(status: 301, headers: [("Location", "{base}/api/v4/projects/99")]), Self.project,
    ])
    #expect(try await server.serve { try await $0.project() } == Self.found)
    #expect(server.requests.last == "GET /api/v4/projects/99 glpat-secret ")
    let elsewhere = try await failure([
      Answer(status: 301, headers: [("Location", "https://evil.example/api/v4/projects/99")])
    ]) { _ = try await $0.project() }
    #expect(elsewhere?.kind == .unexpected)
    let circle = try await failure(
      Array(repeating: Answer(status: 302, headers: [("Location", "/api/v4/projects/42")]), count: 9)
    ) { _ = try await $0.project() }
    #expect(circle?.description.contains("circle") == true)
  }

  @Test(
    arguments: [
      (20, nil, true), (30, nil, false), (10, 40, false), (nil, 20, true), (nil, nil, false),
    ] as [(Int?, Int?, Bool)])
  func `The role of the token's user is looked at where it is known`(
    own: Int?, group: Int?, isRestricted: Bool
  ) async throws {
    func access(_ level: Int?) -> String { level.map { #"{"access_level":\#($0)}"# } ?? "null" }
    let body =
      #"{"id":1,"path_with_namespace":"a/b","default_branch":null,"permissions":{"project_access":\#(access(own)),"group_access":\#(access(group))}}"#
    let project = try await ScriptedGitLab([Answer(status: 200, body: body)]).serve { try await $0.project() }
    #expect((project.restriction?.contains("Developer") ?? false) == isRestricted)
    #expect(project.defaultBranch == nil)
  }

  @Test func `A merge request is opened with its title, branches and description`() async throws {
    let server = ScriptedGitLab([Answer(status: 201, body: Self.opened)])
    let result = try await server.serve { try await $0.open(Self.wanted, in: Self.found) }
    #expect(result == OpenedMergeRequest(request: Self.request, isNew: true))
    #expect(server.requests.first?.hasPrefix("POST /api/v4/projects/42/merge_requests glpat-secret {") == true)
    for part in [#""source_branch":"wright\/v1""#, #""target_branch":"main""#, #""title":"v1""#, #""description":"d""#]
    {
      #expect(server.requests.first?.contains(part) == true, "\(server.requests)")
    }
  }

  @Test func `One that is open already is adopted, wherever in the list it is`() async throws {
    let other = #"{"iid":1,"web_url":"x","state":"opened","source_branch":"wright/v1","target_branch":"next"}"#
    let server = ScriptedGitLab([
      Answer(
        status: 409, body: #"{"message":["Another open merge request already exists for this source branch: !7"]}"#),
      Answer(
        status: 200, body: "[\(other)]",
        headers: [
          (
            "Link",
            #"<{base}/api/v4/projects/42/merge_requests?page=1>; rel="first", <{base}/api/v4/projects/42/merge_requests?page=2>; rel="next""#
          )
        ]),
      Answer(status: 200, body: "[\(Self.opened)]"),
    ])
    let result = try await server.serve { try await $0.open(Self.wanted, in: Self.found) }
    #expect(result == OpenedMergeRequest(request: Self.request, isNew: false))
    #expect(
      Array(server.requests.dropFirst()) == [
        "GET /api/v4/projects/42/merge_requests?state=opened&source_branch=wright%2Fv1&target_branch=main&per_page=100 glpat-secret ",
        "GET /api/v4/projects/42/merge_requests?page=2 glpat-secret ",
      ])
  }

  @Test func `A refusal of a second one that cannot be found is said in GitLab's words`() async throws {
    let error = try await failure([
      Answer(
        status: 409, body: #"{"message":["Another open merge request already exists for this source branch: !7"]}"#),
      Answer(status: 200, body: "[]"),
    ]) { _ = try await $0.open(Self.wanted, in: Self.found) }
    #expect(error?.kind == .rejected && error?.description.contains("already exists") == true)
  }

  @Test(arguments: [
    (401, #"{"message":"401 Unauthorized"}"#, ForgeError.Kind.unauthorized, ["token was refused (401)"]),
    (
      401, #"{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize."}"#,
      .unauthorized, ["token was refused (401)", "Token was revoked"]
    ),
    (
      403, #"{"error":"insufficient_scope","error_description":"higher privileges","scope":"api"}"#, .forbidden,
      ["scope", "insufficient_scope", "higher privileges", "scope: api"]
    ),
    (404, #"{"message":"404 Project Not Found"}"#, .notFound, ["project 42 was not found"]),
    (404, "404 page not found", .unexpected, ["project 42 was not found"]),
    (404, "<html>", .unexpected, ["project 42 was not found"]),
    (422, #"{"message":["Branch conflict"]}"#, .rejected, ["422", "Branch conflict"]),
    (
      400, #"{"message":{"title":["can't be blank"],"base":["a","b"]}}"#, .rejected,
      ["base a, b; title can't be blank"]
    ),
    (400, #"{"error":"title is missing"}"#, .rejected, ["title is missing"]),
    (400, "plain words", .rejected, ["plain words"]),
    (200, "<html>", .unexpected, ["repository_provider"]),
    (302, "", .unexpected, ["repository_provider"]),
    (501, "<html>nginx</html>", .unavailable, ["fails (501)"]),
  ])
  func `Every answer that is not the wanted one is a sentence`(
    status: Int, body: String, kind: ForgeError.Kind, words: [String]
  ) async throws {
    let error = try await failure([Answer(status: status, body: body)]) { _ = try await $0.project() }
    #expect(error?.kind == kind)
    for word in words { #expect(error?.description.contains(word) == true, "\(String(describing: error))") }
    #expect(error?.description.contains("glpat") == false && error?.description.contains("<") == false)
  }

  @Test func `What fails for the moment is asked again, up to five times, as long after as the server says`()
    async throws
  {
    let busy = Answer(status: 429, body: "Retry later\n", headers: [("Retry-After", "7")])
    let server = ScriptedGitLab([busy, Answer(status: 502), Answer(status: 500), busy, Self.project])
    #expect(try await server.serve { try await $0.project() } == Self.found)
    #expect(server.waited.count == 4 && server.waited[0] == .seconds(7) && server.waited[3] == .seconds(7))
    let long = ScriptedGitLab([Answer(status: 429, headers: [("Retry-After", "3600")]), Self.project])
    _ = try await long.serve { try await $0.project() }
    #expect(long.waited == [.seconds(60)])
    let given = ScriptedGitLab(Array(repeating: Answer(status: 503), count: 9))
    let error = await #expect(throws: ForgeError.self) { try await given.serve { try await $0.project() } }
    #expect(given.requests.count == 5)
    #expect(error?.kind == .unavailable && error?.description.contains("503") == true)
  }

  @Test func `A host that cannot be reached is named`() async throws {
    let host = "127.0.0.1:1"
    let place = ForgePlace(
      address: try ForgeAddress(provider: "http://\(host)", insecureHosts: [host]), project: "1", path: "a/b",
      token: "t")
    let error = await #expect(throws: ForgeError.self) {
      try await GitLabForges { _ in }.forge(place).project()
    }
    #expect(error?.kind == .unreachable && error?.description.contains(host) == true)
  }

  @Test func `A token that no header can carry is refused`() async throws {
    let server = ScriptedGitLab([])
    await #expect(throws: ForgeError.self) { try await server.serve(token: "a\nb") { try await $0.project() } }
    #expect(server.requests.isEmpty)
  }

  @Test func `A description that is too long is cut and says so`() async throws {
    let server = ScriptedGitLab([Answer(status: 201, body: Self.opened)])
    var wanted = Self.wanted
    wanted.description = String(repeating: "x", count: 1_048_577)
    _ = try await server.serve { try await $0.open(wanted, in: Self.found) }
    #expect(server.requests.count == 1)
  }
}
