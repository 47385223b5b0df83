import Files
import Testing

@testable import Git

/// Who may read what, over HTTP with a password.
struct MirrorAccessTests {
  let fixture: CloneFixture
  var folder: TemporaryFolder { fixture.folder }

  init() throws { fixture = try CloneFixture() }

  private func url(_ server: GitServer, _ login: String = "") -> String {
    "http://\(login)127.0.0.1:\(server.port)/origin/.git"
  }

  @Test func `A mirror serves nobody whom the server would not let in`() async throws {
    let commits = try await fixture.makeOrigin()
    try folder.write("secret", to: "password")
    let server = try await GitServer(folder.path)
    #expect(try await fixture.clone(of: url(server, "user:secret@")).commit == commits[2])
    for login in ["", "user:wrong@", "user@"] {
      for reference in [nil, commits[2]] {
        #expect(try await fixture.failure(reference, of: url(server, login))?.kind == .authentication, "\(login)")
      }
    }
    try folder.write("changed", to: "password")
    for reference in [nil, commits[2]] {
      #expect(try await fixture.failure(reference, of: url(server, "user:secret@"))?.kind == .authentication)
    }
    let (commit, log) = try await fixture.clone(commits[0], of: url(server, "user:changed@"), to: "second")
    #expect(commit == commits[0] && !log.contains("changed"))
    let found = try await folder.shell("grep -rlE 'secret|changed' mirrors clone second scratch || true")
    #expect(found.isEmpty)
  }

  @Test func `A connection that breaks off fails the clone, and the next one goes on from the same mirror`()
    async throws
  {
    _ = try await fixture.makeOrigin()
    let server = try await GitServer(folder.path)
    try folder.write("", to: "cut")
    #expect(try await fixture.failure(of: url(server))?.kind == .unreachable)
    try await folder.shell("rm cut")
    try await fixture.clone(of: url(server))
    let commit = try await folder.shell(
      """
      cd origin; for n in $(seq 30); do head -c 3000 /dev/urandom >$n; done; git add .; git commit -qm 4
      git rev-parse HEAD; touch ../cut
      """)
    #expect(try await fixture.failure(of: url(server))?.kind == .unreachable)
    try await folder.shell("rm cut")
    let (last, log) = try await fixture.clone(of: url(server), to: "last")
    #expect(last == commit && log.contains("updating the mirror") && !log.contains("damaged"))
    await server.stop()
    #expect(try await fixture.failure(of: url(server))?.kind == .unreachable)
    #expect(try await fixture.clone(commit, of: url(server), to: "known").commit == commit)
  }

  @Test func `A submodule on another host never sees the credential, one on the same host is cloned with it`()
    async throws
  {
    try await folder.shell("mkdir one two")
    let (one, two) = (try await GitServer("\(folder.path)/one"), try await GitServer("\(folder.path)/two"))
    try folder.write("secret", to: "one/password")
    try await folder.shell(
      """
      cd one; for name in inner other; do git init -q -b trunk $name.git; git -C $name.git commit -q --allow-empty -m 1
      done; mv other.git ../two; git init -q -b trunk outer.git; cd outer.git
      git -c protocol.file.allow=always submodule --quiet add ../../one/inner.git a
      git -c protocol.file.allow=always submodule --quiet add ../../two/other.git b
      git config -f .gitmodules submodule.a.url ../inner.git
      git config -f .gitmodules submodule.b.url http://127.0.0.1:\(two.port)/other.git/.git
      sed -i 's,../inner.git,../../inner.git/.git,' .gitmodules; git add .; git commit -qm 1
      """)
    let url = "http://user:secret@127.0.0.1:\(one.port)/outer.git/.git"
    try await fixture.clone(of: url)
    #expect(try await folder.shell("ls clone/a/.git/HEAD clone/b/.git/HEAD | wc -l") == "2")
    #expect(try folder.read("two/seen").allSatisfy { $0 == "\n" })
    // Not from the mirror, which was made when everybody could read it.
    await fixture.git.mirrors.trim(to: 0)
    try folder.write("different", to: "two/password")
    let failure = try await fixture.failure(of: url)
    #expect(failure?.kind == .authentication && failure?.description.hasPrefix("the submodule b: ") == true)
    #expect(try folder.read("two/seen").allSatisfy { $0 == "\n" })
  }
}
