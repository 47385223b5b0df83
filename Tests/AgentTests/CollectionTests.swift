import Agent
import Files
import Git
import Model
import Queue
import Testing

/// Objects before the jobs, artifacts after them.
struct CollectionTests {
  let folder: TemporaryFolder
  let driver = FakeDriver(
    finds: Dictionary(
      uniqueKeysWithValues: ["./out//a", "out/*", "out/?", "out"].map { ($0, ["out/a"]) }))
  let reporter: RecordingReporter

  init() throws {
    folder = try TemporaryFolder()
    reporter = RecordingReporter(driver.journal)
  }

  private func run(_ plan: Plan, objects: any ObjectSource = NoObjects()) async throws -> Status {
    let settings = RunnerSettings(git: GitSettings(scratch: "\(folder.path)/scratch"))
    let build = RunnableBuild(id: BuildID(rawValue: 1), number: 1, environmentName: "build-1-1", plan: plan)
    return try await Runner(drivers: [driver], objects: objects, settings: settings)
      .run(build, reporter: reporter, stop: StopSignal()).status
  }

  private func collecting(_ command: String, _ rules: (String, String)...) -> Plan {
    var made = plan(["folder": folder.path], stage("a", [command]))
    made.stages[1].jobs[0].artifacts = rules.map { ArtifactRule(source: $0.0, name: $0.1) }
    return made
  }

  @Test(arguments: ["say done", "exit 1"])
  func `Artifacts are collected after a job that passed and after one that failed`(_ command: String) async throws {
    try folder.write(String(repeating: "x", count: 12_345), to: "out/report.txt")
    let status = try await run(collecting(command, ("out/report.txt", "report.txt")))
    #expect(status == (command == "exit 1" ? .failed : .passed))
    let all = driver.journal.all
    #expect(all.contains("artifact report.txt from out/report.txt"))
    #expect(reporter.log(1).hasSuffix("wright: artifact report.txt: 12,345 bytes, sha256 hash\n"))
    #expect(
      try #require(all.firstIndex { $0.hasPrefix("artifact") })
        < (try #require(all.firstIndex { $0.hasPrefix("1 ") && $0 != "1 running" })))
  }

  @Test(arguments: [
    (("./out//a", "name"), "artifact name from out/a"),
    (("out/*", "logs"), "artifact logs/a from out/a"),
    (("out/*", "logs/"), "artifact logs/a from out/a"),
    (("out/?", "?"), "artifact a from out/a"),
    (("out", "dir"), "artifact dir/a from out/a"),
  ])
  func `An artifact's name is the rule's own, or a path below it`(
    _ rule: (String, String), _ event: String
  ) async throws {
    try folder.write("x", to: "out/a")
    #expect(try await run(collecting("say", rule)) == .passed)
    #expect(reporter.events.contains(event))
  }

  @Test func `What cannot be collected is a line in the log and fails nothing`() async throws {
    try folder.write("x", to: "a")
    try folder.write("x", to: "large")
    try FileTree.makeDirectory("\(folder.path)/folder")
    let rules = collecting(
      "say done", ("missing", "m"), ("broken", "b"), ("refused", "r"), ("a", "../up"), ("large", "large"),
      ("gone", "gone"), ("folder", "folder"), ("a", "a"))
    #expect(try await run(rules) == .passed)
    let lines = reporter.log(1).split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "done", "wright: artifact missing: no such file", "wright: artifact broken: cannot look there",
        "wright: artifact refused: secret -> /etc/shadow leads out",
        "wright: artifact '../up' is not stored: its name holds '.' or '..' as a part",
        "wright: artifact large is not stored: it is too large",
        "wright: artifact gone is not stored: open \(folder.path)/gone: No such file or directory",
        "wright: artifact folder is not stored: folder is not a regular file",
        "wright: artifact a: 1 bytes, sha256 hash",
      ])
  }

  @Test func `Objects are placed once the driver is there, and one that cannot be placed fails nothing`() async throws {
    try folder.write("content", to: "data")
    var placing = plan([:], stage("a", ["say done"]))
    placing.objects = [
      ObjectPlacement(name: "data", destination: "/var/data"), ObjectPlacement(name: "none", destination: "x"),
      ObjectPlacement(name: "data", destination: "refused"), ObjectPlacement(name: "broken", destination: "x"),
    ]
    #expect(try await run(placing, objects: FolderObjects(folder: folder)) == .passed)
    #expect(
      driver.journal.all.prefix(4) == ["0 running", "create build-1-1", "place 7 at /var/data", "0 passed"])
    #expect(
      reporter.log(0).split(separator: "\n").dropFirst() == [
        "wright: object data: 7 bytes at /var/data", "wright: object none does not exist; the build goes on without it",
        "wright: object data could not be placed; the build goes on without it: not there",
        "wright: object broken could not be placed; the build goes on without it: open: Input/output error",
      ])
  }
}

private struct FolderObjects: ObjectSource {
  let folder: TemporaryFolder

  func open(_ name: String) async throws -> StoredObject? {
    if name == "broken" { throw FileError(code: 5, operation: "open") }
    guard try folder.exists(name) else { return nil }
    let file = try FileDescriptor.open("\(folder.path)/\(name)")
    return StoredObject(file: file, size: try file.size())
  }
}
