import Planning
import Testing

@testable import Git

struct GitRemoteTests {
  let folder: TemporaryFolder
  let git: GitTool

  init() throws {
    folder = try TemporaryFolder()
    git = GitTool(
      GitSettings(
        scratch: "\(folder.path)/scratch", protocols: ["file", "git", "http"],
        environment: [("PATH", "/usr/local/bin:/usr/bin:/bin")]))
  }

  private func list(_ url: String? = nil, _ patterns: [String] = []) async throws -> GitRefs {
    try await GitRemote(git).list(try git.address(url ?? "file://\(folder.path)/origin"), patterns: patterns)
  }

  private func makeOrigin() async throws -> [String] {
    try await folder.shell(
      """
      git init -q -b trunk origin; cd origin
      git commit -q --allow-empty -m 1; git tag -a -m one v1; git rev-parse HEAD; git rev-parse v1
      git commit -q --allow-empty -m 2; git branch old/x; git rev-parse HEAD
      """
    ).split(separator: "\n").map(String.init)
  }

  @Test func `Branches, the default branch and the commits behind tags are listed`() async throws {
    let made = try await makeOrigin()
    let expected = [
      "HEAD": made[2], "refs/heads/trunk": made[2], "refs/heads/old/x": made[2], "refs/tags/v1": made[0],
    ]
    #expect(try await list() == GitRefs(defaultBranch: "refs/heads/trunk", commits: expected))
    #expect(
      try await list(nil, ["refs/heads/trunk"])
        == GitRefs(
          defaultBranch: "refs/heads/trunk", commits: expected.filter { ["HEAD", "refs/heads/trunk"].contains($0.key) })
    )
    #expect(try await Set(list(nil, ["refs/tags/*"]).commits.keys) == ["HEAD", "refs/tags/v1"])
  }

  @Test func `An empty repository, and one whose HEAD is a commit, have no default branch`() async throws {
    try await folder.shell("git init -q -b trunk origin")
    #expect(try await list() == GitRefs())
    let commit = try await folder.shell(
      "cd origin; git commit -q --allow-empty -m 1; git checkout -q --detach; git rev-parse HEAD")
    let refs = try await list()
    #expect(refs.defaultBranch == nil && refs.commits["HEAD"] == commit)
  }

  @Test(arguments: [
    ("/none", GitFailure.Kind.noRepository, "there is no repository at file:///none"),
    ("git://127.0.0.1:1/x", .unreachable, "the host of git://127.0.0.1:1/x cannot be reached"),
    ("ssh://example.org/x", .other, "and only file, git, http are allowed here"),
  ])
  func `Why a repository cannot be asked is a sentence`(
    _ url: String, _ kind: GitFailure.Kind, _ sentence: String
  ) async throws {
    let failure = await #expect(throws: GitFailure.self) { try await list(url) }
    #expect(failure?.kind == kind && failure?.description.contains(sentence) == true, "\(failure as Any)")
  }

  @Test func `A server that says nothing is given up`() async throws {
    let server = try SilentServer()
    let address = try git.address("git://127.0.0.1:\(server.port)/x")
    let failure = await #expect(throws: GitFailure.self) {
      try await GitRemote(git).list(address, limit: .milliseconds(300))
    }
    #expect(failure?.kind == .unreachable)
  }

  @Test func `A question that is cancelled ends`() async throws {
    let server = try SilentServer()
    let address = try git.address("git://127.0.0.1:\(server.port)/x")
    let asking = Task { try await GitRemote(git).list(address) }
    try await server.connected()
    asking.cancel()
    await #expect(throws: CancellationError.self) { try await asking.value }
  }

  @Test func `Many can be asked at once, and nothing of them is left`() async throws {
    let made = try await makeOrigin()
    try await withThrowingTaskGroup(of: GitRefs.self) { group in
      for _ in 0..<40 { group.addTask { try await list() } }
      for try await refs in group { #expect(refs.commits["HEAD"] == made[2]) }
    }
    #expect(try await folder.shell("ls scratch/*") == "config")
  }
}
