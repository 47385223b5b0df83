import Planning
import Programs
import Testing

@testable import Git

struct GitTreeTests {
  let folder: TemporaryFolder
  let git: GitTool

  init() throws {
    folder = try TemporaryFolder()
    git = GitTool(
      GitSettings(scratch: "\(folder.path)/scratch", environment: [("PATH", "/usr/local/bin:/usr/bin:/bin")]))
  }

  private func tree(_ script: String) async throws -> GitTree {
    let commit = try await folder.shell(
      "git init -q -b trunk r; cd r; \(script)\ngit add -A; git commit -q --allow-empty -m 1; git rev-parse HEAD")
    return GitTree(git, repository: "\(folder.path)/r", commit: commit)
  }

  @Test func `Files, programs, links and submodules are listed, whatever they are called`() async throws {
    let tree = try await tree(
      """
      mkdir -p 'a b/c'; printf 12345 >'a b/c/x'; printf '#!' >run; chmod +x run; ln -s /etc/passwd link
      printf x >'tab\tquote"ä'; printf x >"$(printf 'line\\nend')"; printf x >"$(printf '\\377')"
      git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,sub; mkdir sub
      """)
    let (entries, isTruncated) = try await tree.entries()
    #expect(
      entries == [
        TreeEntry(path: "a b/c/x", mode: 0o100644, size: 5), TreeEntry(path: "line\nend", mode: 0o100644, size: 1),
        TreeEntry(path: "link", mode: 0o120000, size: 11), TreeEntry(path: "run", mode: 0o100755, size: 2),
        TreeEntry(path: "sub", mode: 0o160000, size: 0), TreeEntry(path: "tab\tquote\"ä", mode: 0o100644, size: 1),
      ])
    #expect(!isTruncated)
    let (some, more) = try await tree.entries(limit: 2)
    #expect(some == Array(entries.prefix(2)) && more)
  }

  @Test func `Contents come from the commit, not from what lies in the working tree`() async throws {
    let tree = try await tree("mkdir d; printf one >file; printf '\\0\\n\\0' >d/bytes; printf 123456 >large; : >empty")
    try await folder.shell("cd r; ln -sf /etc/passwd file; rm -r d; ln -s /etc d")
    let wanted = ["file", "d/bytes", "large", "empty", "absent", "d", "d/passwd", "a\nb", "../r/file"]
    let contents = try await tree.contents(of: wanted, limit: 5)
    #expect(contents == ["file": Array("one".utf8), "d/bytes": [0, 10, 0], "empty": []])
  }

  @Test func `An empty commit has no files; a commit that is not there, or not one, is a failure`() async throws {
    #expect(try await tree("").entries().entries.isEmpty)
    for commit in [String(repeating: "1", count: 40), "HEAD", "--all"] {
      let absent = GitTree(git, repository: "\(folder.path)/r", commit: commit)
      await #expect(throws: GitFailure.self) { try await absent.entries() }
    }
  }

  @Test func `What the repository's configuration wants run is not run`() async throws {
    let tree = try await tree("printf 'x diff=evil filter=evil' >.gitattributes; printf x >x")
    try folder.write("#!/bin/sh\ntouch \(folder.path)/marker\n", to: "evil", permissions: 0o755)
    try await folder.shell(
      """
      cd r; for key in core.fsmonitor core.sshCommand core.alternateRefsCommand diff.evil.textconv filter.evil.smudge \\
        remote.origin.uploadpack core.pager uploadpack.packObjectsHook; do git config $key \(folder.path)/evil; done
      git config remote.origin.url "file://\(folder.path)/r"; git config remote.origin.promisor true
      git config extensions.partialClone origin
      object=$(git rev-parse HEAD:x); rm -f .git/objects/$(echo $object | cut -c1-2)/$(echo $object | cut -c3-)
      """)
    _ = try? await tree.entries()
    _ = try? await tree.contents(of: ["x", ".gitattributes"])
    #expect(try !folder.exists("marker"))
  }

  @Test func `Answers are read in whatever pieces they come`() {
    let output = Array(
      "abc blob 3\nx\ny\nabc:absent missing\ndef tree 2\nab\nabc blob 0\n\nabc blob 9\n123456789\n".utf8)
    for piece in [1, 2, 3, 5, 100] {
      var parser = GitBlobParser(paths: ["a", "absent", "d", "e", "large"], limit: 8)
      var rest = output[...]
      while !rest.isEmpty {
        parser.take(Array(rest.prefix(piece)))
        rest = rest.dropFirst(piece)
      }
      #expect(parser.contents == ["a": Array("x\ny".utf8), "e": []])
    }
  }
}
