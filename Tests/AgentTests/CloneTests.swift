import Agent
import Files
import Git
import Glibc
import Model
import Planning
import Queue
import Processes
import Testing

struct CloneTests {
  let folder: TemporaryFolder
  let driver = FakeDriver()
  let reporter = RecordingReporter()
  let stop = StopSignal()

  init() throws { folder = try TemporaryFolder() }

  private func run(_ sources: [Source], protocols: [String] = ["file", "git"]) async throws -> Status {
    let clones = sources.indices.map { PlannedJob(name: "clone.\($0 + 1)", step: .clone(source: $0)) }
    let plan = Plan(
      driver: DriverSpecification(type: "fake", settings: ["folder": "\(folder.path)/work"]), sources: sources,
      stages: [
        PlannedStage(name: "setup", jobs: [PlannedJob(name: "create-driver", step: .createDriver)] + clones),
        stage("test", ["variable WRIGHT_COMMIT"]),
      ], timeoutSeconds: 60)
    let settings = RunnerSettings(
      git: GitSettings(
        scratch: "\(folder.path)/scratch", protocols: protocols, environment: [("PATH", "/usr/bin:/bin")]))
    let build = RunnableBuild(id: BuildID(rawValue: 1), number: 1, environmentName: "build-1-1", plan: plan)
    return try await Runner(drivers: [driver], settings: settings).run(build, reporter: reporter, stop: stop).status
  }

  private func clone(_ reference: String? = nil, of url: String? = nil, to directory: String = "repo") async throws
    -> Status
  {
    try await run([Source(url: url ?? "file://\(folder.path)/origin", reference: reference, directory: directory)])
  }

  /// Three commits; the first is tagged `v1`, the second is the branch `old`, the third the default branch.
  private func makeOrigin() async throws -> [String] {
    try await folder.shell(
      """
      git init -q -b trunk origin; cd origin
      echo 1 >file; git add .; git commit -qm 1; git tag v1; git rev-parse HEAD
      echo 2 >file; git commit -qam 2; git branch old; git rev-parse HEAD
      echo 3 >file; git commit -qam 3; git rev-parse HEAD
      """
    ).split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    (nil, 2), ("trunk", 2), ("old", 1), ("v1", 0), ("refs/heads/old", 1), ("refs/tags/v1", 0), ("0", 0), ("1", 1),
    ("short 1", 1),
  ])
  func `A branch, a tag, a commit or nothing is checked out, and the commit is told`(
    _ reference: String?, _ expected: Int
  ) async throws {
    let commits = try await makeOrigin()
    var wanted = reference
    if let reference, let index = Int(reference.suffix(1)), reference != "v1", !reference.hasSuffix("/v1") {
      wanted = reference.hasPrefix("short") ? String(commits[index].prefix(8)) : commits[index]
    }
    #expect(try await clone(wanted) == .passed, "\(reporter.log(1))")
    #expect(try folder.read("work/repo/file") == "\(expected + 1)\n")
    #expect(reporter.events.contains("commit \(commits[expected])"))
    #expect(reporter.log(2) == "\(commits[expected])\n")
    #expect(reporter.log(1).hasSuffix("wright: repo is at commit \(commits[expected])\n"))
    #expect(driver.journal.all.contains("deliver repo"))
    #expect(try await folder.shell("git -C work/repo remote get-url origin") == "file://\(folder.path)/origin")
    #expect(try await folder.shell("ls scratch/*") == "config")
  }

  @Test func `Only as much history is fetched as is needed`() async throws {
    _ = try await makeOrigin()
    #expect(try await clone() == .passed)
    #expect(try await folder.shell("git -C work/repo rev-list --count --all") == "1")
  }

  @Test func `A repository of another user is cloned by path too`() async throws {
    let commits = try await makeOrigin()
    if getuid() == 0 { try await folder.shell("chown -R 65534 origin") }
    #expect(try await clone(of: "\(folder.path)/origin") == .passed, "\(reporter.log(1))")
    #expect(reporter.events.contains("commit \(commits[2])"))
  }

  @Test func `Only the first source's commit is the build's, and each source has its folder`() async throws {
    let commits = try await makeOrigin()
    let url = "file://\(folder.path)/origin"
    let sources = [
      Source(url: url, reference: "old", directory: "a/b"), Source(url: url, reference: "v1", directory: "c"),
    ]
    #expect(try await run(sources) == .passed)
    #expect(reporter.events.filter { $0.hasPrefix("commit") } == ["commit \(commits[1])"])
    #expect(try folder.read("work/a/b/file") == "2\n" && folder.read("work/c/file") == "1\n")
  }

  @Test(arguments: [
    ("nowhere", "has no branch, tag or commit 'nowhere'"),
    ("0123456789012345678901234567890123456789", "has no branch, tag or commit '01234"),
    ("0123456789", "has no branch, tag or commit '0123456789'"),
    ("refs/heads/nowhere", "has no branch, tag or commit 'refs/heads/nowhere'"),
    ("-x", "the ref '-x' begins with '-'"), ("--upload-pack=touch", "begins with '-'"), ("a..b", "holds '..'"),
  ])
  func `A ref that is not there, or not a ref, fails the build with a sentence`(
    _ reference: String, _ sentence: String
  ) async throws {
    _ = try await makeOrigin()
    #expect(try await clone(reference) == .failed)
    #expect(reporter.log(1).split(separator: "\n").last?.contains(sentence) == true, "\(reporter.log(1))")
    #expect(reporter.events.suffix(2) == ["1 failed", "2 skipped"])
  }

  @Test(arguments: [
    "--upload-pack=touch /tmp/wright-agent-tests-pwned", "--upload-pack=touch",
    "ext::sh -c touch% /tmp/wright-agent-tests-pwned", "ext::sh",
    "-oProxyCommand=touch:x", "ssh://-oProxyCommand=touch/x", "http://127.0.0.1:1/x", "https://127.0.0.1:1/x",
    "ftp://x/y",
  ])
  func `A hostile address, or a transport that is not allowed, starts nothing`(_ url: String) async throws {
    #expect(try await clone(of: url) == .failed)
    #expect(reporter.log(1).contains("wright: the source cannot be cloned: "))
    #expect(!reporter.log(1).contains("fatal:"), "git was started: \(reporter.log(1))")
    let marker = try FileTree.status("/tmp/wright-agent-tests-pwned")
    #expect(marker?.size == nil)
  }

  @Test(arguments: ["../out", "/tmp/out", "a/../../out", ".", "", "a\nb"])
  func `A folder outside the workspace is refused`(_ directory: String) async throws {
    _ = try await makeOrigin()
    #expect(try await clone(to: directory) == .failed)
    #expect(reporter.log(1).contains("wright: the source cannot be cloned: the folder "))
  }

  @Test func `A repository that is not there fails with a sentence`() async throws {
    #expect(try await clone() == .failed)
    #expect(reporter.log(1).contains("there is no repository at file://"), "\(reporter.log(1))")
  }

  @Test func `What a repository brings along is not run`() async throws {
    let marker = "\(folder.path)/marker"
    try folder.write("#!/bin/sh\ntouch \(marker)\n", to: "evil", permissions: 0o755)
    try await folder.shell(
      """
      git init -q -b trunk origin; cd origin
      mkdir -p .githooks; cp ../evil .githooks/post-checkout
      printf '[submodule "s"]\\n\\tpath = s\\n\\turl = ext::\(folder.path)/evil\\n' >.gitmodules
      printf '* filter=evil\\n' >.gitattributes
      ln -s / root; echo 1 >file; git add .; git commit -qm 1
      git config core.fsmonitor \(folder.path)/evil; git config core.hooksPath .githooks
      git config uploadpack.packObjectsHook \(folder.path)/evil; git config core.sshCommand \(folder.path)/evil
      """)
    #expect(try await clone() == .passed, "\(reporter.log(1))")
    #expect(try !folder.exists("marker"))
  }

  @Test func `A clone that hangs is stopped`() async throws {
    let server = try SilentServer()
    async let result = clone(of: "git://127.0.0.1:\(server.port)/repo")
    try await server.connected()
    stop.request(.killed)
    #expect(try await result == .killed)
    #expect(reporter.events == ["0 running", "0 passed", "1 running", "1 killed", "2 skipped"])
    #expect(try await folder.shell("ls scratch/*") == "config")
  }
}
