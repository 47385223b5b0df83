import Concurrency
import Drivers
import Files
import Glibc
import Model

/// A driver that is steered by the plan's variables and runs nothing: a script's first command, with `#!/bin/sh` and
/// what follows left out, says what happens.
///
/// `exit N`, `say TEXT`, `print N BYTES` (a log of N bytes), `hang` (until stopped), `vanish` (throws).
/// Settings of the driver: `create` = `fail`, `hang`, `stubborn` (hangs, then returns an environment in spite of it).
final class FakeDriver: Driver {
  let type: String
  let journal = Journal()
  /// What a rule finds, where it is not its own path.
  let finds: [String: [String]]

  init(type: String = "fake", finds: [String: [String]] = [:]) {
    self.type = type
    self.finds = finds
  }

  func create(_ request: EnvironmentRequest, output: any OutputSink) async throws -> any BuildEnvironment {
    journal.add("create \(request.name)")
    try await output.line("making \(request.name)")
    switch request.specification.settings["create"] {
    case "fail": throw DriverError("no room for \(request.name)")
    case "hang": try await Task.sleep(for: .seconds(3600))
    case "stubborn": try? await Task.sleep(for: .seconds(3600))
    default: break
    }
    return FakeEnvironment(journal, folder: request.specification.settings["folder"], finds: finds)
  }

  func sweep() async throws { journal.add("sweep") }
}

/// What was done, in order; tests wait for entries.
final class Journal: Sendable {
  private let entries = Lock<[String]>([])
  private let changed = Wakeup()

  var all: [String] { entries.withLock { $0 } }
  func add(_ entry: String) {
    entries.withLock { $0.append(entry) }
    changed.signal()
  }
  /// Returns after the next entry.
  func waitForChange() async throws {
    try Task.checkCancellation()
    await changed.wait()
  }
  /// Returns once `count` entries begin with `prefix`; one test waits at a time.
  func wait(for prefix: String, count: Int = 1) async throws {
    while all.count(where: { $0.hasPrefix(prefix) }) < count {
      try Task.checkCancellation()
      await changed.wait()
    }
  }
}

final class FakeEnvironment: BuildEnvironment {
  let workspace = "/workspace"
  private let journal: Journal
  private let folder: String?
  private let finds: [String: [String]]
  private let stopped = Lock(false)
  private let stopping = Wakeup()

  init(_ journal: Journal, folder: String?, finds: [String: [String]]) {
    self.journal = journal
    self.finds = finds
    self.folder = folder
  }

  func prepare(_ name: String) async throws -> String {
    guard let folder else { throw DriverError("no folder") }
    try FileTree.makeDirectory("\(folder)/\(name)")
    return "\(folder)/\(name)"
  }

  func deliver(_ name: String) async throws { journal.add("deliver \(name)") }

  func place(_ file: FileDescriptor, size: Int64, at destination: String) async throws {
    if destination == "refused" { throw DriverError("not there") }
    journal.add("place \(size) at \(destination)")
  }

  func run(_ script: Script, output: any OutputSink) async throws -> ExitStatus {
    let text = String(decoding: script.text, as: UTF8.self)
    journal.add("run \(script.name)")
    for command in text.split(separator: "\n").dropFirst(3) {
      let words = command.split(separator: " ", maxSplits: 1).map(String.init)
      let argument = words.count > 1 ? words[1] : ""
      switch words[0] {
      case "exit": return .exited(Int32(argument) ?? 0)
      case "signal": return .signalled(Int32(argument) ?? 9)
      case "say": try await output.line(argument)
      case "write": try await output.write(Array(argument.utf8))
      case "print": try await print(Int(argument) ?? 0, output)
      case "variable":
        try await output.line(script.environment.last { $0.name == argument }?.value ?? "none")
      case "vanish": throw DriverError("the machine is gone")
      case "hang":
        journal.add("hangs")
        while !stopped.withLock({ $0 }) {
          try Task.checkCancellation()
          await stopping.wait()
        }
        return .signalled(15)
      default: break
      }
    }
    return .exited(0)
  }

  private func print(_ count: Int, _ output: any OutputSink) async throws {
    let line = Array(String(repeating: "0123456789abcde\n", count: 16 << 10).utf8)
    var left = count
    while left > 0 {
      try await output.write(Array(line.prefix(left)))
      left -= min(left, line.count)
    }
  }

  func collect(_ source: String, limit: Int, choosing choice: FileChoice?) async throws -> CollectedFiles {
    journal.add("collect \(source)")
    guard let folder else { return CollectedFiles(files: [], refusals: []) }
    switch source {
    case "missing": return CollectedFiles(files: [], refusals: [])
    case "broken": throw DriverError("cannot look there")
    case "refused": return CollectedFiles(files: [], refusals: ["secret -> /etc/shadow leads out"])
    default:
      let files = (finds[source] ?? [source]).map { name in
        CollectedFile(path: name, relativeName: String(name.split(separator: "/").last ?? "")) {
          try FileDescriptor.open("\(folder)/\(name)")
        }
      }
      return CollectedFiles(files: files, refusals: [])
    }
  }

  func stop(grace: Duration) async {
    journal.add("stop \(grace)")
    stopped.withLock { $0 = true }
    stopping.signal()
  }

  func destroy() async { journal.add("destroy") }
}
