import Agent
import CommandLineClient
import Concurrency
import Files
import Glibc
import Lifecycle
import Model
import Planning
import Queue

/// One build in this process, shown on the terminal. The build's timeout, which a server would own, is kept here.
struct OfflineBuild: Sendable {
  var plan: Plan
  var configuration: Configuration
  var console: Console
  var artifacts: String
  var objects: String

  /// Runs the build and returns the exit status of the program.
  func run() async throws -> Int32 {
    let work = try Self.temporaryFolder()
    defer { try? FileTree.removeTree(work) }
    var configuration = configuration
    // Its folder is a server's or an agent's, which may be running.
    configuration.slurmFolder = nil
    let runner = try Runner(
      configuration, work: work, hiding: [], environment: console.environment, objects: FolderObjects(folder: objects),
      log: .none)
    let stop = StopSignal()
    let watchers = [Task { await interrupt(stop) }, Task { await timeOut(stop) }]
    defer { for watcher in watchers { watcher.cancel() } }
    let begun = ContinuousClock.now
    let reporter = TerminalReporter(plan: plan, console: console, artifacts: artifacts)
    let build = RunnableBuild(id: BuildID(rawValue: 0), number: 0, environmentName: "offline", plan: plan)
    let outcome = try await runner.run(build, reporter: reporter, stop: stop)
    try reporter.ended(outcome.status, after: .now - begun)
    if let reason = outcome.reason { try console.error("wright: \(BuildRenderer.safe(reason))\n") }
    return Self.exitStatus(outcome.status)
  }

  /// 0 passed, 1 failed, 124 timed out, 130 killed: as `timeout` and shells say it.
  static func exitStatus(_ status: Status) -> Int32 {
    switch status {
    case .passed, .passedWithFailures: 0
    case .timedOut: 124
    case .killed: 130
    case .failed, .queued, .running, .skipped: 1
    }
  }

  private func interrupt(_ stop: StopSignal) async {
    await StopRequest(log: .none).wait()
    if !Task.isCancelled { stop.request(.killed) }
  }

  private func timeOut(_ stop: StopSignal) async {
    guard (try? await Task.sleep(for: .seconds(plan.timeoutSeconds))) != nil else { return }
    stop.request(.timedOut)
  }

  private static func temporaryFolder() throws -> String {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/wright-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw FileError.last("mkdtemp", parent) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Objects that are files of a folder.
struct FolderObjects: ObjectSource {
  var folder: String

  func open(_ name: String) async throws -> StoredObject? {
    do throws(FileError) {
      let file = try FileDescriptor.open(folder, .directory).openBeneath(name)
      return StoredObject(file: file, size: try file.size())
    } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }
}
