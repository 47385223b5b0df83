import Concurrency
import Files
import Git
import Model
import Queue
import Results
import Testing

@testable import Agent

/// What is found in logs and reports while a build runs.
struct ResultTests {
  let folder: TemporaryFolder
  let reporter = RecordingReporter()

  init() throws { folder = try TemporaryFolder() }

  private func run(_ commands: [String], artifacts: [String] = [], masking values: [String] = []) async throws {
    var made = plan(["folder": folder.path], stage("a", commands))
    made.stages[1].jobs[0].artifacts = artifacts.map { ArtifactRule(source: $0, name: $0) }
    made.maskedValues = values
    let driver = FakeDriver(finds: Dictionary(uniqueKeysWithValues: artifacts.map { ($0, [$0]) }))
    let settings = RunnerSettings(git: GitSettings(scratch: "\(folder.path)/scratch"))
    let build = RunnableBuild(id: BuildID(rawValue: 1), number: 1, environmentName: "build-1-1", plan: made)
    let outcome = try await Runner(drivers: [driver], settings: settings)
      .run(build, reporter: reporter, stop: StopSignal())
    #expect(outcome.status == .passed)
  }

  @Test func `Messages are told with the lines that they stand in, before the job's end`() async throws {
    try await run(["say one", "say a.c:3:1: warning: w [-Wx]", "say a.c:4:1: error: e"])
    let batches = reporter.results(1)
    #expect(batches.flatMap(\.messages).map(\.logLine) == [2, 3])
    #expect(batches.flatMap(\.messages).map(\.text) == ["w", "e"])
    #expect(batches.last?.counts == ResultCounts(messages: MessageCounts(errors: 1, warnings: 1)))
    let events = reporter.events
    let told = try #require(events.lastIndex(of: "1 results"))
    #expect(told < (try #require(events.firstIndex { $0.hasPrefix("1 passed") })))
  }

  @Test func `Where nothing is found nothing is told`() async throws {
    try folder.write("<project/>", to: "pom.xml")
    try await run(["say warning: nothing in particular"], artifacts: ["pom.xml"])
    #expect(!reporter.events.contains("1 results"))
  }

  @Test func `Reports are read once, masked, and a damaged one is a line in the log`() async throws {
    try folder.write(
      "<testsuite><testcase name='with secret'/><testcase name='b'><error message='secret'/></testcase></testsuite>",
      to: "a.xml")
    try folder.write("not ok 1 - of secret\n# the secret\n", to: "b.tap")
    try folder.write("<testsuite>", to: "c.xml")
    try await run(["say done"], artifacts: ["a.xml", "b.tap", "c.xml"], masking: ["secret"])
    let tests = reporter.results(1).flatMap(\.tests)
    #expect(tests.map(\.name) == ["with xxxxxx", "b", "of xxxxxx"])
    #expect(tests.map(\.message) == [nil, "xxxxxx", "the xxxxxx"])
    #expect(reporter.results(1).last?.counts.tests == TestCounts(passed: 1, failed: 1, errors: 1))
    let log = reporter.log(1)
    #expect(log.contains("wright: test report a.xml: 2 tests, 1 failed\n"))
    #expect(log.contains("wright: test report c.xml is not read: line 1: no element found\n"))
  }

  @Test func `Batches are bounded, follow each other, and all of them arrive`() async throws {
    let collector = ResultCollector(1, workspace: "/w", reporter: reporter)
    let tests = (0..<1200).map { "ok \($0) - test \($0)\n" }.joined()
    let reader = try TestReportReader(.tap)
    _ = try reader.read(Array(tests.utf8))
    let report = try #require(try reader.finish())
    collector.add(report, name: "a.tap")
    collector.add(report, name: "a.tap")
    for line in 1...700 { collector.scan(Array("a.c:\(line): error: e\n".utf8)) }
    try await collector.close()
    var (messages, tested) = (0, 0)
    for batch in reporter.results(1) {
      #expect(batch.problem == nil)
      #expect(batch.firstMessage == messages && batch.firstTest == tested)
      messages += batch.messages.count
      tested += batch.tests.count
    }
    #expect(messages == 700 && tested == 1200)
    #expect(
      reporter.results(1).last?.counts
        == ResultCounts(messages: MessageCounts(errors: 700), tests: TestCounts(passed: 1200)))
  }

  @Test func `What cannot be told ends the build`() async throws {
    let refusing = RecordingReporter(failsAt: "1 results")
    let collector = ResultCollector(1, workspace: "/w", reporter: refusing)
    collector.scan(Array("a.c:1: error: e\n".utf8))
    await #expect(throws: RecordingReporter.Refusal.self) { try await collector.close() }
  }
}
