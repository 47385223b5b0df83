import Files
import Glibc
import Testing

import Processes

/// A fifo that tells when all who had it open for writing have gone: the way to see a tree die without sleeping.
private func livingProcesses(_ marker: String) throws -> [String] {
  try FileTree.names(in: "/proc").filter { name in
    guard Int32(name) != nil, let line = try? FileTree.contents(of: "/proc/\(name)/cmdline", limit: 1 << 16) else {
      return false
    }
    return text(line).contains(marker)
  }
}

private func marker() -> String { "86\(UInt32.random(in: 100_000_000 ... 999_999_999))" }

@Suite struct ProcessTreeTests {
  static let escapes = [
    "sleep N & sleep N & sleep N",
    "setsid sleep N & setsid -f sleep N; sleep N",
    "nohup sleep N >/dev/null 2>&1 & sleep N",
    "(setsid sh -c '(sleep N &) & sleep N' &) & env -i setsid sh -c 'trap \"\" TERM HUP; sleep N; sleep N' & sleep N",
  ]

  @Test(arguments: escapes)
  func `the end of a supervised program is the end of all that it started`(escape: String) async throws {
    let marker = marker()
    // The last command waits; here the program ends instead, and leaves the rest behind.
    let script = escape.replacing("N", with: marker).replacing("; sleep \(marker)", with: "") + "; echo over; exit 3"
    var specification = shell(String(script), supervised: true)
    specification.arguments[1] = specification.arguments[1].replacing("& sleep \(marker); echo", with: "& echo")
    let result = try await ProcessLauncher.shared.run(specification)
    #expect(result.exit == .exited(3))
    #expect(text(result.output).hasSuffix("over\n"))
    #expect(try livingProcesses(marker).isEmpty)
  }

  @Test(arguments: escapes)
  func `kill ends a supervised tree whatever it does to escape`(escape: String) async throws {
    let marker = marker()
    let script = "trap '' TERM; echo ready; " + escape.replacing("N", with: marker)
    let process = try await ProcessLauncher.shared.start(shell(script, supervised: true))
    #expect(text(try await process.output?.read() ?? []) == "ready\n")
    process.kill()
    #expect(await process.wait() == .signalled(SIGKILL))
    #expect(try livingProcesses(marker).isEmpty)
  }

  @Test func `a survivor that holds the pipe does not hold the reader`() async throws {
    let marker = marker()
    // Not supervised: setsid leaves the group, so it survives. It writes on, to show that reading ends all the same.
    let process = try await ProcessLauncher.shared.start(
      shell(
        "setsid sh -c 'echo started; while echo more; do sleep 0.01; done' \(marker) & read line < /proc/version; echo last"
      ))
    var output: [UInt8] = []
    while let bytes = try await process.output?.read() { output += bytes }
    #expect(text(output).contains("last\n"))
    #expect(await process.wait() == .exited(0))
    for survivor in try livingProcesses(marker) { kill(try #require(Int32(survivor)), SIGKILL) }
  }

  @Test func `what the program left in its group is killed`() async throws {
    let marker = marker()
    let result = try await ProcessLauncher.shared.run(shell("sleep \(marker) & echo $!"))
    #expect(result.exit == .exited(0))
    // It has the signal; wait for the system to take it away.
    let identifier = try #require(Int32(text(result.output).dropLast()))
    while kill(identifier, 0) == 0 {
      let state = (try? FileTree.contents(of: "/proc/\(identifier)/stat", limit: 4096)) ?? []
      if text(state).contains(") Z") { break }
      sched_yield()
    }
  }

  @Test func `signals reach the group, and a trap still works`() async throws {
    for supervised in [false, true] {
      let process = try await ProcessLauncher.shared.start(
        shell("trap 'echo caught; exit 5' TERM; echo ready; while :; do sleep 1; done", supervised: supervised))
      #expect(text(try await process.output?.read() ?? []) == "ready\n")
      await process.signalGroup(SIGTERM)
      var output: [UInt8] = []
      while let bytes = try await process.output?.read() { output += bytes }
      #expect(text(output).contains("caught\n"))
      #expect(await process.wait() == .exited(5))
      await process.signalGroup(SIGTERM)
      process.kill()
    }
  }

  @Test func `cancelling a run kills it`() async throws {
    let marker = marker()
    let task = Task {
      try await ProcessLauncher.shared.run(shell("setsid sleep \(marker) & sleep \(marker)", supervised: true))
    }
    while try livingProcesses(marker).count < 2 { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try livingProcesses(marker).isEmpty)
  }

  @Test func `a cancelled read loses nothing`() async throws {
    let process = try await ProcessLauncher.shared.start(shell("read line; echo $line"))
    let output = try #require(process.output)
    let blocked = try await ProcessLauncher.shared.start(shell("sleep 1000"))
    let reading = Task { try await blocked.output?.read() }
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
    blocked.kill()
    #expect(try await blocked.output?.read() == nil)
    #expect(text(try await output.read() ?? []) == "\n")
    _ = await blocked.wait()
  }

  @Test func `any number of tasks may wait, also after the end`() async throws {
    let process = try await ProcessLauncher.shared.start(shell("exit 4", output: .discard))
    await withTaskGroup(of: ProcessExit.self) { group in
      for _ in 0..<20 { group.addTask { await process.wait() } }
      for await exit in group { #expect(exit == .exited(4)) }
    }
    #expect(await process.wait() == .exited(4))
  }
}
