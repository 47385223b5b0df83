import Files
import Testing

@testable import Git

struct CloneTests {
  @Test(arguments: ["sha1", "sha256"])
  func `A branch, a tag, a ref, a commit, its beginning, or nothing is cloned`(format: String) async throws {
    let fixture = try CloneFixture()
    let commits = try await fixture.makeOrigin(format: format)
    let table: [(String?, Int, String)] = [
      (nil, 2, "trunk"), ("trunk", 2, "trunk"), ("old", 1, "old"), ("v1", 0, "HEAD"), ("a1", 0, "HEAD"),
      ("refs/tags/a1", 0, "HEAD"), (commits[1], 1, "HEAD"), (commits[0].uppercased(), 0, "HEAD"),
      (String(commits[0].prefix(9)), 0, "HEAD"),
    ]
    for (index, (reference, expected, branch)) in table.enumerated() {
      let (commit, log) = try await fixture.clone(reference, to: "clone\(index)")
      #expect(commit == commits[expected], "\(reference ?? "-"): \(log)")
      let state = try await fixture.folder.shell(
        """
        cd clone\(index); git fsck --strict 2>&1; git status --porcelain; git rev-parse HEAD; cat file
        git rev-parse --abbrev-ref HEAD; git remote get-url origin; stat -c %A d/run; readlink link
        """)
      #expect(
        state == """
          \(commit)
          \(expected + 1)
          \(branch)
          file://\(fixture.folder.path)/origin
          -rwxr-xr-x
          d/run
          """, "\(reference ?? "-")")
    }
  }

  @Test
  func `A clone has the commit alone, and can fetch the rest`() async throws {
    let fixture = try CloneFixture()
    let commits = try await fixture.makeOrigin()
    for (reference, name) in [(nil, "a"), ("a1", "b"), (commits[2], "c")] {
      try await fixture.clone(reference, to: name)
      #expect(try await fixture.folder.shell("cd \(name); git rev-list --count --all HEAD") == "1")
    }
    let script = "cd a; git fetch -q --unshallow origin; git pull -q; git log --format=%s | tr '\\n' ' '; git fsck"
    #expect(try await fixture.folder.shell(script) == "3 2 1 ")
    #expect(try await fixture.folder.shell("cd b; git describe --exact-match HEAD") == "a1")
  }

  @Test
  func `A ref that no branch or tag is, and a commit that none leads to, are found where the server gives them`()
    async throws
  {
    let fixture = try CloneFixture()
    _ = try await fixture.makeOrigin()
    let lines = try await fixture.folder.shell(
      """
      cd origin; git checkout -q --detach; echo p >file; git commit -qam p; git update-ref refs/pull/1/head HEAD
      git rev-parse HEAD; echo q >file; git commit -qam q; git rev-parse HEAD; git checkout -q trunk
      git config uploadpack.allowAnySHA1InWant true
      """
    ).split(separator: "\n").map(String.init)
    for round in 1...2 {
      #expect(try await fixture.clone("refs/pull/1/head", to: "a\(round)").commit == lines[0])
      #expect(try await fixture.clone(lines[1], to: "b\(round)").commit == lines[1])
      #expect(try fixture.folder.read("b\(round)/file") == "q\n")
    }
    let failure = try await fixture.failure("refs/pull/2/head")
    #expect(failure?.description.contains("has no branch, tag or commit 'refs/pull/2/head'") == true)
  }

  @Test
  func `An empty repository has no commit; one that gets its first is cloned`() async throws {
    let fixture = try CloneFixture()
    try await fixture.folder.shell("git init -q -b trunk origin")
    for _ in 1...2 {
      let failure = try await fixture.failure()
      #expect(failure?.description.hasSuffix("/origin has no commit yet; push one first") == true, "\(failure as Any)")
    }
    let commit = try await fixture.folder.shell(
      "cd origin; git commit -q --allow-empty -m 1; git rev-parse HEAD")
    #expect(try await fixture.clone().commit == commit)
    #expect(try await fixture.folder.shell("cd clone; git fsck; git status --porcelain; ls").isEmpty)
  }

  @Test
  func `A shallow repository is cloned, and again when it has grown`() async throws {
    let fixture = try CloneFixture()
    let commits = try await fixture.makeOrigin()
    try await fixture.folder.shell("git clone -q --depth=1 file://$PWD/origin shallow")
    let url = "file://\(fixture.folder.path)/shallow"
    #expect(try await fixture.clone(of: url).commit == commits[2])
    let grown = try await fixture.folder.shell(
      """
      cd origin; for n in 4 5 6; do echo $n >file; git commit -qam $n; done; cd ../shallow
      git fetch -q --depth=1; git reset -q --hard origin/trunk; git rev-parse HEAD
      """)
    #expect(try await fixture.clone(of: url, to: "again").commit == grown)
    #expect(try fixture.folder.read("again/file") == "6\n")
  }

  @Test
  func `A folder that is not empty is refused, and nothing in it is touched`() async throws {
    let fixture = try CloneFixture()
    _ = try await fixture.makeOrigin()
    try fixture.folder.write("mine", to: "clone/file")
    await #expect(throws: GitFailure.self) { try await fixture.clone("v1") }
    #expect(try fixture.folder.read("clone/file") == "mine")
  }

  @Test
  func `A tree that would write into its own repository is refused`() async throws {
    let fixture = try CloneFixture()
    try await fixture.folder.shell(
      """
      git init -q -b trunk origin; cd origin; blob=$(echo evil | git hash-object -w --stdin)
      inner=$(printf "100644 blob $blob\\tconfig\\n" | git mktree)
      tree=$(printf "040000 tree $inner\\t.git\\n" | git mktree)
      git update-ref refs/heads/trunk $(git commit-tree -m evil $tree)
      """)
    await #expect(throws: GitFailure.self) { try await fixture.clone() }
    #expect(try await fixture.folder.shell("! grep evil clone/.git/config").isEmpty)
  }
}
