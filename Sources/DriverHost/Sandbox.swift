internal import Concurrency
internal import Drivers
internal import Files
internal import Glibc
internal import Model
internal import Processes

/// Whether builds run in a sandbox.
public enum SandboxMode: String, Sendable, CaseIterable {
  /// Where bubblewrap works; plainly elsewhere.
  case auto
  /// Never: a build can do whatever the server's user can.
  case off
  /// Always: no build runs where bubblewrap does not work.
  case required
}

/// The sandbox of this machine: whether it works, and the programs that run in it.
final class Sandbox: Sendable {
  /// Whether it can be used, and if not, why: a sentence.
  enum Availability: Sendable {
    case works(program: String, system: [SandboxLayout.Part], hidden: [(path: String, isDirectory: Bool)])
    case fails(String)
  }

  private let program: String
  private let hiddenPaths: [String]
  private let scratch: String
  private let probe = Lock<Task<Availability, Never>?>(nil)

  /// `scratch` is an existing folder for the trial.
  init(program: String, hiddenPaths: [String], scratch: String) {
    self.program = program
    self.hiddenPaths = hiddenPaths
    self.scratch = scratch
  }

  /// Tries it the first time, by running a program in it as a build would; remembers the answer.
  func availability() async -> Availability {
    let task = probe.withLock { probe in
      if let probe { return probe }
      let task = Task { await self.tryOut() }
      probe = task
      return task
    }
    return await task.value
  }

  private func tryOut() async -> Availability {
    let folder = scratch + "/probe-\(UInt64.random(in: 0 ... .max))"
    let availability = await tryOut(in: folder)
    do { try await Workspace.threads.run { try FileTree.removeTree(folder) } } catch {
      return .fails("the trial of bubblewrap could not be removed: \(error)")
    }
    return availability
  }

  private func tryOut(in folder: String) async -> Availability {
    do {
      let (specification, system, hidden) = try await Workspace.threads.run { try self.trial(in: folder) }
      let result = try await ProcessLauncher.shared.run(specification, limit: 4096)
      if result.exit == .exited(41) {
        return .works(program: specification.executable, system: system, hidden: hidden)
      }
      let said = String(decoding: result.output, as: UTF8.self).split(separator: "\n").last.map(String.init)
      return .fails("bubblewrap does not work here: \(said ?? "it ended with status \(result.exit.code)")")
    } catch let error as ProcessError where error.code == ENOENT {
      return .fails("bubblewrap is not installed; install the package 'bubblewrap'")
    } catch {
      return .fails("bubblewrap could not be tried: \(error)")
    }
  }

  private func trial(in folder: String) throws -> (
    ProcessSpecification, system: [SandboxLayout.Part], hidden: [(path: String, isDirectory: Bool)]
  ) {
    let program = try ExecutableSearch.find(program)
    let system = try SystemParts.find()
    let hidden = try SystemParts.hidden(hiddenPaths, in: system)
    let identity: SandboxLayout.Identity = geteuid() == 0 ? .user(BuildUsers().take()) : .mapped(Self.mappedUser)
    let workspace = try Workspace.makeForSandbox(folder, owner: geteuid() == 0 ? identity.number : nil)
    let script = Script(name: "probe", text: Array("#!/bin/sh\ntouch here && exit 41\n".utf8), environment: [])
    let specification = try Self.specification(
      program: program, layout: SandboxLayout(system: system, hidden: hidden, identity: identity),
      workspace: workspace, script: script, environment: [])
    return (specification, system, hidden)
  }

  /// The number that a build's user has in the sandbox of a server that is not root.
  static let mappedUser: UInt32 = 1000

  /// How many processes and threads a build may have, where that can be counted for each build on its own.
  private static let processLimit: UInt64 = 8192

  /// What runs `script` in the sandbox. Blocks shortly.
  static func specification(
    program: String, layout: SandboxLayout, workspace: Workspace, script: Script, environment: [EnvironmentVariable]
  ) throws -> ProcessSpecification {
    guard let temporary = workspace.temporary else {
      throw DriverError("the workspace \(workspace.path) was made for a build without a sandbox")
    }
    // 3, 4, 5, ... in the order in which they are given.
    let descriptors = SandboxLayout.Descriptors(launcher: 4, script: 5, users: 6, groups: 7, filter: 8)
    let options = layout.options(
      workspace: workspace.path, temporary: temporary, scriptName: script.name, descriptors: descriptors)
    let launcher = LaunchScript.text(
      environment: environment, folder: SandboxLayout.workspace, command: [SandboxLayout.scripts + "/" + script.name])
    let users = UserFiles(number: layout.identity.number)
    let isOwnUser = if case .user = layout.identity { true } else { false }
    return ProcessSpecification(
      executable: program, arguments: ["--args", "3", "--"] + layout.command,
      additionalDescriptors: [
        try .inMemory(Array(options.joined(separator: "\0").utf8) + [0], name: "options"),
        try .inMemory(launcher, name: "environment"), try .inMemory(script.text, name: "script"),
        try .inMemory(users.users, name: "passwd"), try .inMemory(users.groups, name: "group"),
        try .inMemory(SystemCallFilter.withoutKeys, name: "filter"),
      ],
      supervised: true, processLimit: isOwnUser ? processLimit : nil, outOfMemoryScore: 500)
  }
}

/// The system's lists of users and groups, with the build's own first: without an entry, ssh and others refuse.
struct UserFiles {
  let users: [UInt8]
  let groups: [UInt8]

  init(number: UInt32) {
    users = Array("build:x:\(number):\(number):build:\(SandboxLayout.workspace):/bin/sh\n".utf8) + Self.system("passwd")
    groups = Array("build:x:\(number):\n".utf8) + Self.system("group")
  }

  private static func system(_ name: String) -> [UInt8] {
    // A list that cannot be read leaves the build's own entry, with which most programs do.
    (try? FileTree.contents(of: "/etc/" + name, limit: 1 << 20)) ?? []
  }
}
