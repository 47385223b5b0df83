import Agent
import DriverHost
import Files
import Git
import Glibc
import Model
import Planning
import Queue
import Testing

/// Whole builds with real processes and a real repository.
struct HostBuildTests {
  let folder: TemporaryFolder
  let reporter = RecordingReporter()
  let stop = StopSignal()

  init() throws { folder = try TemporaryFolder() }

  private func hostPlan(_ sources: [Source], _ stages: PlannedStage...) -> Plan {
    let clones = sources.indices.map { PlannedJob(name: "clone.\($0 + 1)", step: .clone(source: $0)) }
    let setup = PlannedStage(
      name: "setup", jobs: [PlannedJob(name: "create-driver", step: .createDriver)] + clones)
    return Plan(
      driver: DriverSpecification(type: "host"), sources: sources, stages: [setup] + stages, timeoutSeconds: 60)
  }

  private func run(_ plan: Plan, _ reporter: RecordingReporter? = nil) async throws -> Status {
    let driver = try HostDriver(root: "\(folder.path)/work")
    let settings = RunnerSettings(
      git: GitSettings(
        scratch: "\(folder.path)/scratch", protocols: ["file"], environment: [("PATH", "/usr/bin:/bin")]),
      killGrace: .milliseconds(100))
    let build = RunnableBuild(id: BuildID(rawValue: 1), number: 1, environmentName: "build-1-1", plan: plan)
    return try await Runner(drivers: [driver], settings: settings)
      .run(build, reporter: reporter ?? self.reporter, stop: stop).status
  }

  @Test func `A repository is cloned, built and tested, and its artifact collected`() async throws {
    let commit = try await folder.shell(
      """
      git init -q -b trunk origin; cd origin
      printf 'all:\\n\\tcp source product\\n' >Makefile; echo content >source
      git add .; git commit -qm 1; git rev-parse HEAD
      """)
    var made = hostPlan(
      [Source(url: "file://\(folder.path)/origin", directory: "repo")],
      stage("make", ["cd repo", "git rev-parse HEAD", "cp source product", "echo $WRIGHT_COMMIT $WRIGHT_STAGE $CI"]))
    made.stages[1].jobs[0].artifacts = [ArtifactRule(source: "repo/product", name: "product")]
    #expect(try await run(made) == .passed, "\(reporter.log(1))\(reporter.log(2))")
    let log = reporter.log(2)
    #expect(log.hasPrefix("+ cd repo\n+ git rev-parse HEAD\n\(commit)\n+ cp source product\n"))
    #expect(log.contains("\n\(commit) make true\nwright: artifact product: 8 bytes, sha256 "))
    #expect(reporter.events.contains("commit \(commit)"))
    #expect(reporter.events.contains("artifact product from repo/product"))
    #expect(try FileTree.names(in: "\(folder.path)/work").isEmpty)
  }

  @Test func `A killed build leaves no process behind, not even one that has left its session`() async throws {
    let seconds = "\(1_000_000 + Int.random(in: 0..<1_000_000))"
    let tree = hostPlan(
      [],
      stage(
        "a", ["(sleep \(seconds) &)", "setsid sleep \(seconds) &", "echo running", "trap '' TERM", "sleep \(seconds)"])
    )
    async let result = run(tree)
    try await reporter.wait(for: "+ sleep", in: 1)
    stop.request(.killed)
    #expect(try await result == .killed)
    #expect(try processes(with: seconds).isEmpty)
    #expect(reporter.events.last { $0.hasPrefix("1 ") }?.hasPrefix("1 killed") == true)
  }

  private func processes(with argument: String) throws -> [String] {
    try FileTree.names(in: "/proc").filter { name in
      guard Int32(name) != nil, let line = try? FileTree.contents(of: "/proc/\(name)/cmdline", limit: 1 << 16)
      else { return false }
      return line.split(separator: 0).contains { $0.elementsEqual(argument.utf8) }
    }
  }

  @Test func `A job that prints 20 MB is logged whole`() async throws {
    let counting = RecordingReporter(keepsLogs: false)
    var loud = hostPlan([], stage("a", ["yes 0123456789abcde | head -c 20000000"]))
    loud.maskedValues = ["not in it"]
    #expect(try await run(loud, counting) == .passed)
    let shown = "+ yes 0123456789abcde\n+ head -c 20000000\n"
    #expect(counting.size(1) == 20_000_000 + shown.utf8.count)
  }

  @Test func `Artifacts that lead out of the workspace are refused with a line each`() async throws {
    var hostile = hostPlan(
      [],
      stage(
        "a", ["mkdir d", "ln -s /etc/shadow d/shadow", "ln -s / root", "mkfifo d/fifo", "echo good >d/good"]))
    hostile.stages[1].jobs[0].artifacts = ["d", "root/etc/passwd", "../../../etc/passwd", "/etc/passwd", "d/fifo"].map {
      ArtifactRule(source: $0, name: "out")
    }
    #expect(try await run(hostile) == .passed)
    #expect(reporter.events.filter { $0.hasPrefix("artifact") } == ["artifact out/good from d/good"])
    let lines = reporter.log(1).split(separator: "\n").filter { $0.hasPrefix("wright: artifact") }
    #expect(lines.count >= 6, "\(lines)")
  }

  @Test func `A script sees its variables and nothing of the agent's`() async throws {
    setenv("WRIGHT_AGENT_TESTS_SECRET", "visible", 1)
    var listing = hostPlan([], stage("a", ["env"]))
    listing.environment = [EnvironmentVariable(name: "GREETING", value: "a b\nc=d")]
    #expect(try await run(listing) == .passed)
    let log = reporter.log(1)
    #expect(
      log.contains("GREETING=a b\nc=d\n") && log.contains("WRIGHT_BUILD_ID=1\n") && log.contains("WRIGHT_JOB=a.1\n"))
    #expect(!log.contains("WRIGHT_AGENT_TESTS_SECRET"))
  }
}
