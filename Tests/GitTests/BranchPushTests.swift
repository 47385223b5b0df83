import Concurrency
import Files
import Model
import Planning
import Testing

@testable import Git

struct BranchPushTests {
  let fixture: CloneFixture
  var folder: TemporaryFolder { fixture.folder }

  init() throws { fixture = try CloneFixture() }

  private func push(
    _ changes: [GitFileChange] = [.write("api/a.txt", Array("new\n".utf8))], target: String? = "trunk",
    branch: String = "wright/v1", message: String = "v1\n\nservice shop, revision 1\n", url: String? = nil,
    log: RecordingLog = RecordingLog()
  ) async throws -> GitPushedBranch {
    let push = GitBranchPush(
      address: try GitAddress(url ?? "file://\(folder.path)/origin"), target: target, branch: branch, message: message,
      author: "Wright <wright@localhost>", date: Timestamp(milliseconds: 1_700_000_000_999))
    return try await fixture.git.push(push, log: log) { _ in changes }
  }

  private func failure(
    _ body: () async throws -> GitPushedBranch
  ) async throws -> GitFailure? {
    do { _ = try await body() } catch let failure as GitFailure { return failure }
    return nil
  }

  private func bareOrigin() async throws -> [String] {
    let commits = try await fixture.makeOrigin("work")
    try await folder.shell("git clone -q --bare work origin; git -C work remote add origin ../origin")
    return commits
  }

  @Test func `The branch is one commit on top of the target, with these files and no others changed`() async throws {
    let commits = try await bareOrigin()
    let pushed = try await push([
      .write("api/a.txt", Array("new\n".utf8)), .write("file", Array("changed\n".utf8)), .remove("link"),
      .write("odd \"name\".txt", []),
    ])
    #expect(pushed.isNew)
    let shown = try await folder.shell(
      """
      cd origin; git rev-parse wright/v1^; git rev-list --count trunk..wright/v1
      git diff --name-status trunk wright/v1; git show wright/v1:file
      git log -1 --format='%an <%ae> %at %cn <%ce> %ct%n%B' wright/v1; git fsck --strict
      """)
    #expect(
      shown == """
        \(commits[2])
        1
        A\tapi/a.txt
        M\tfile
        D\tlink
        A\t"odd \\"name\\".txt"
        changed
        Wright <wright@localhost> 1700000000 Wright <wright@localhost> 1700000000
        v1

        service shop, revision 1

        """)
    #expect(try await folder.shell("git -C origin rev-parse wright/v1") == pushed.commit)
    #expect(try await folder.shell("ls scratch/*") == "config")
  }

  @Test func `The same push once more finds the branch, also when the target has moved or has taken it in`()
    async throws
  {
    _ = try await bareOrigin()
    let first = try await push()
    let log = RecordingLog()
    #expect(try await push(log: log) == GitPushedBranch(commit: first.commit, target: "trunk", isNew: false))
    #expect(log.text.contains("is there already, with the same commit \(first.commit)"))
    try await folder.shell("cd work; echo 4 >file; git commit -qam 4; git push -q origin trunk")
    #expect(try await push() == GitPushedBranch(commit: first.commit, target: "trunk", isNew: false))
    try await folder.shell("cd work; git fetch -q; git merge -q origin/wright/v1 -m merged; git push -q origin trunk")
    #expect(try await push() == GitPushedBranch(commit: first.commit, target: "trunk", isNew: false))
    #expect(try await push(branch: "wright/v2").isNew, "a commit without changes is one, too")
  }

  @Test func `A branch with other content is left as it is`() async throws {
    _ = try await bareOrigin()
    let first = try await push()
    let other = try await failure { try await push([.write("api/a.txt", [1])]) }
    #expect(other?.kind == .conflict && other?.description.contains("exists with other content") == true)
    let message = try await failure { try await push(message: "v1\n\nservice shop, revision 2\n") }
    #expect(message?.kind == .conflict)
    #expect(try await folder.shell("git -C origin rev-parse wright/v1") == first.commit)
    try await folder.shell(
      "cd work; git fetch -q; git checkout -qb more origin/wright/v1; git commit -q --allow-empty -m x; git push -q origin more:wright/v1"
    )
    #expect(try await failure { try await push() }?.kind == .conflict)
    try await folder.shell(
      "cd work; git checkout -q --orphan root; git commit -qm r; git push -qf origin root:wright/v1")
    #expect(try await failure { try await push() }?.kind == .conflict)
  }

  @Test func `A branch that somebody else makes meanwhile is not overwritten`() async throws {
    _ = try await bareOrigin()
    let path = folder.path
    let push = GitBranchPush(
      address: try GitAddress("file://\(path)/origin"), target: "trunk", branch: "b", message: "m\n",
      author: "W <w@localhost>", date: Timestamp(milliseconds: 0))
    let failure = try await failure {
      try await fixture.git.push(push, log: RecordingLog()) { [folder] _ in
        try await folder.shell("git -C origin update-ref refs/heads/b old")
        return []
      }
    }
    #expect(
      failure?.kind == .overtaken && failure?.description.contains("meanwhile") == true,
      "\(String(describing: failure))"
    )
    #expect(try await folder.shell("git -C origin rev-parse b") == folder.shell("git -C origin rev-parse old"))
  }

  @Test func `The files of the target branch can be read before it is decided what changes`() async throws {
    let commits = try await bareOrigin()
    let seen = Lock<[String: [UInt8]]>([:])
    let push = GitBranchPush(
      address: try GitAddress("file://\(folder.path)/origin"), target: "old", branch: "b", message: "m\n",
      author: "W <w@localhost>", date: Timestamp(milliseconds: 0))
    _ = try await fixture.git.push(push, log: RecordingLog()) { tree in
      let found = try await tree.contents(of: ["file", "absent"])
      seen.withLock { $0 = found }
      return []
    }
    #expect(seen.withLock { $0 } == ["file": Array("2\n".utf8)])
    #expect(try await folder.shell("git -C origin rev-parse b^") == commits[1])
  }

  @Test(arguments: [
    ("d/run/x", "'d/run' is a file in the branch trunk"), ("file/a/b", "'file' is a file"),
    ("../x", "holds '.' or '..'"), ("a\nb", "control character"),
  ])
  func `A path that cannot be there is refused with the reason`(path: String, words: String) async throws {
    _ = try await bareOrigin()
    let failure = try await failure { try await push([.write(path, [])]) }
    #expect(failure?.description.contains(words) == true, "\(String(describing: failure))")
    #expect(try await folder.shell("git -C origin branch --list 'wright/*'") == "")
  }

  @Test func `Without a name the target is the default branch`() async throws {
    let commits = try await bareOrigin()
    #expect(try await push(target: nil).target == "trunk")
    #expect(try await folder.shell("git -C origin rev-parse wright/v1^") == commits[2])
  }

  @Test func `Without the target branch it is said which one is missing`() async throws {
    _ = try await bareOrigin()
    #expect(try await failure { try await push(target: "absent") }?.description.contains("'absent'") == true)
    try await folder.shell("git init -q --bare empty")
    let empty = try await failure { try await push(url: "file://\(folder.path)/empty") }
    #expect(empty?.kind == .unknownReference)
    let bare = try await failure { try await push(target: nil, url: "file://\(folder.path)/empty") }
    #expect(bare?.description.contains("no commit yet") == true)
    #expect(try await failure { try await push(branch: "a..b") }?.kind == .unknownReference)
  }

  @Test func `What a server says that refuses a push is the reason`() async throws {
    _ = try await bareOrigin()
    try folder.write(
      "#!/bin/sh\necho 'GitLab: You are not allowed to push code to protected branches.' >&2\nexit 1\n",
      to: "origin/hooks/pre-receive", permissions: 0o755)
    try await folder.shell("git -C origin config http.receivepack true")
    // A server of its own environment: what git is started with here knows no hooks.
    let server = try await GitServer(folder.path)
    let failure = try await failure { try await push(url: "http://127.0.0.1:\(server.port)/origin") }
    await server.stop()
    #expect(failure?.kind == .refused)
    #expect(failure?.description.contains("not allowed to push code to protected branches") == true)
  }

  @Test func `Over HTTP the token is given as a password, where http was never allowed, and is in no argument`()
    async throws
  {
    _ = try await bareOrigin()
    try await folder.shell("git -C origin config http.receivepack true")
    let server = try await GitServer(folder.path)
    try folder.write("s3cret", to: "password")
    let git = GitTool(GitSettings(scratch: "\(folder.path)/other", environment: [("PATH", "/usr/bin:/bin")]))
    let url = "http://127.0.0.1:\(server.port)/origin"
    func pushed(_ password: String) async throws -> GitPushedBranch {
      let address = try GitAddress(url).signedIn(user: "user", password: password)
      let push = GitBranchPush(
        address: address, target: "trunk", branch: "b", message: "m\n", author: "W <w@localhost>",
        date: Timestamp(milliseconds: 0))
      return try await git.push(push, log: RecordingLog()) { _ in [.write("a", [1])] }
    }
    #expect(try await failure { try await pushed("wrong") }?.kind == .authentication)
    #expect(try await pushed("s3cret").isNew)
    #expect(try await folder.shell("! grep -rl s3cret other other-mirrors") == "")
    await server.stop()
  }
}
