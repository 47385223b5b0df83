import Planning
import Testing

struct GitAddressTests {
  @Test(arguments: [
    ("https://example.org/a/b.git", GitAddress.Transport.https, "https://example.org/a/b.git"),
    ("HTTPS://example.org:8443/a", .https, "https://example.org:8443/a"),
    ("http://[::1]:80/a", .http, "http://[::1]:80/a"),
    ("ssh://git@example.org:22/a.git", .ssh, "ssh://git@example.org:22/a.git"),
    ("git://example.org/a", .git, "git://example.org/a"),
    ("git@example.org:me/tool.git", .ssh, "git@example.org:me/tool.git"),
    ("host:tool.git", .ssh, "host:tool.git"),
    ("file:///srv/a.git", .file, "file:///srv/a.git"),
    ("/srv/a%20b.git", .file, "file:///srv/a%2520b.git"),
  ])
  func `An address says how git reaches the repository`(
    _ text: String, _ transport: GitAddress.Transport, _ url: String
  ) throws {
    let address = try GitAddress(text)
    #expect(address.transport == transport)
    #expect(address.url == url)
    #expect(address.credential == nil)
    #expect(address.maskedValues.isEmpty)
  }

  @Test(arguments: [
    ("https://me:pa%40ss@example.org/a", "me", "pa@ss", ["pa%40ss", "pa@ss"]),
    ("https://me:p@ss@example.org/a", "me", "p@ss", ["p@ss"]),
    ("https://token@example.org/a", "token", "", ["token"]),
    ("http://:secret@example.org/a", "", "secret", ["secret"]),
  ])
  func `A credential is split off and every spelling of it is masked`(
    _ text: String, _ user: String, _ password: String, _ masked: [String]
  ) throws {
    let address = try GitAddress(text)
    #expect(address.credential?.user == user)
    #expect(address.credential?.password == password)
    #expect(address.maskedValues == masked)
    #expect(address.url == "\(address.origin)/a")
    #expect(address.origin.hasSuffix("://example.org"))
  }

  @Test(arguments: [
    "", "-x", "--upload-pack=touch /tmp/x", "--upload-pack=x", "ext::sh -c x", "ext::sh", "fd::17", "foo::bar",
    "ext::\u{301}sh", "-\u{301}upload", "javascript://x/y", "ftp://example.org/a", "ssh://-oProxyCommand=x/a",
    "ssh://-o@-x/a", "-oProxyCommand=x@host:a", "git@-host:a", "git@host:-a", "git@host:", "user:secret@host:a",
    "https://", "https:///a", "https://example.org", "https://example.org/", "https://ex ample.org/a",
    "https://example.org/a\n", "https://example.org/a\u{1b}", "https://example.org:port/a", "https://a:b/c@d/e",
    "https://u:%zz@example.org/a", "https://u:%0a@example.org/a", "ssh://me:secret@host/a", "git://me@host/a",
    "file://host/a", "file://", "relative/path", "./a", "../a", "repo", "https://h\u{e9}/a",
  ])
  func `Everything else is refused`(_ text: String) {
    #expect(throws: GitAddressError.self) { try GitAddress(text) }
  }

  @Test(arguments: [
    "https://me:hunter2@/a", "https://me:hunter2@h h/a", "ssh://me:hunter2@host/a", "foo://me:hunter2@host/a",
    "https://me:hunter2/3@host/a", "https://me:hunter2\u{7}@host/\(String(repeating: "a", count: 5000))",
  ])
  func `A refusal shows no password`(_ text: String) {
    let error = #expect(throws: GitAddressError.self) { try GitAddress(text) }
    #expect(error?.description.contains("hunter2") == false)
  }
}

struct GitReferenceTests {
  @Test(arguments: [
    "main", "v1.0.0", "feature/x-1", "refs/heads/main", "refs/pull/1/head", "größe", "a@b", "1234567",
  ])
  func `An ordinary ref is accepted`(_ reference: String) { #expect(gitReferenceProblem(reference) == nil) }

  @Test(arguments: [
    "", "-x", "--upload-pack=x", "-\u{301}", "@", "a b", "a\tb", "a\nb", "a~1", "a^", "a:b", "a?", "a*", "a[", "a\\b",
    "a..b", "a@{1}", "a.", "/a", "a/", "a//b", ".a", "a/.b", "a.lock", "a.lock/b", String(repeating: "a", count: 251),
  ])
  func `A ref that git or its options could misread is refused`(_ reference: String) {
    #expect(gitReferenceProblem(reference) != nil)
  }

  @Test(arguments: [
    (String(repeating: "a", count: 40), true, true), (String(repeating: "0", count: 64), true, true),
    ("abcdef1", false, true), ("abcdef", false, false), (String(repeating: "g", count: 40), false, false),
    ("v1.0.0", false, false),
  ])
  func `A commit is told from a name by its digits`(_ reference: String, _ isCommit: Bool, _ mayBe: Bool) {
    #expect(isGitCommit(reference) == isCommit)
    #expect(mayBeGitCommit(reference) == mayBe)
  }

  @Test(arguments: [
    ("https://example.org/a.git", "https://example.org/a.git", "example.org"),
    ("https://me:letmein@Example.org:8443/a", "https://me:xxxxxx@Example.org:8443/a", "example.org:8443"),
    ("https://token@example.org/a", "https://xxxxxx@example.org/a", "example.org"),
    ("https://token:@example.org/a", "https://xxxxxx@example.org/a", "example.org"),
    ("https://token:x-oauth-basic@example.org/a", "https://xxxxxx@example.org/a", "example.org"),
    ("https://:letmein@example.org/a", "https://xxxxxx@example.org/a", "example.org"),
    ("https://m%40e:letmein@example.org/a", "https://xxxxxx:xxxxxx@example.org/a", "example.org"),
    ("ssh://git@example.org:22/a.git", "ssh://git@example.org:22/a.git", "example.org:22"),
    ("git@example.org:me/tool.git", "git@example.org:me/tool.git", "example.org"),
    ("host:tool.git", "host:tool.git", "host"), ("git://example.org/a", "git://example.org/a", "example.org"),
    ("/srv/a.git", "file:///srv/a.git", nil),
  ])
  func `An address is shown without its password, and knows its host`(
    _ text: String, _ shown: String, _ host: String?
  ) throws {
    let address = try GitAddress(text)
    #expect(address.shown == shown)
    #expect(address.host == host)
    #expect(!address.shown.contains("letmein") && !address.shown.contains("token"))
  }

  @Test(arguments: [
    ("https://h/a/b.git", "../c.git", "https://h/a/c.git"), ("https://h/a/b.git", "./c", "https://h/a/b.git/c"),
    ("https://h/a/b/", "../../c", "https://h/c"), ("ssh://g@h:22/a/b", "../c", "ssh://g@h:22/a/c"),
    ("g@h:a/b", "../c", "g@h:a/c"), ("g@h:b", "../c", "g@h:c"), ("g@h:/a/b", "../c", "g@h:/a/c"),
    ("/srv/a", "../b", "file:///srv/b"), ("/srv/a", "file:///x", "file:///x"), ("/srv/a%b", "../c", "file:///srv/c"),
    ("https://h/a", "https://other/b", "https://other/b"), ("https://h/a", "g@h:b", "g@h:b"),
    ("https://h/a", "../b/./../c", "https://h/c"),
  ])
  func `A submodule's address may be relative`(_ parent: String, _ text: String, _ url: String) throws {
    #expect(try GitAddress(parent).submodule(text).url == url)
  }

  @Test(arguments: [
    ("https://h/a", "../../other/x", "leads out of the host"), ("g@h:a", "../../x", "leads out of the host"),
    ("https://h/a", "/etc/x", "is a path of the agent's machine"), ("git://h/a", "file:///x", "is a path of"),
    ("https://h/a", "x/y", "is a relative path"), ("https://h/a", "ext::x", "remote helper"),
    ("https://h/a", "-x", "begins with '-'"), ("https://h/a", "../-u\n", "control character"),
  ])
  func `A submodule's address is checked as any other`(_ parent: String, _ text: String, _ sentence: String) throws {
    let error = #expect(throws: GitAddressError.self) { try GitAddress(parent).submodule(text) }
    #expect(error?.description.contains(sentence) == true, "\(error as Any)")
  }

  @Test(arguments: [
    ("../b", true), ("https://h/b", true), ("https://h:443/b", false), ("http://h/b", false),
    ("https://other/b", false), ("https://h.other/b", false), ("g@h:b", false),
  ])
  func `The credential goes to a submodule of the same host only`(_ text: String, _ goes: Bool) throws {
    let parent = try GitAddress("https://me:secret@h/a")
    let address = try parent.submodule(text)
    #expect((address.credential == parent.credential) == goes && (address.maskedValues == ["secret"]) == goes)
    #expect(try parent.submodule("https://you:own@h/b").credential?.user == "you")
  }
}
