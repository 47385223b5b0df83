import Concurrency
import Files
import Glibc
import Testing

import Processes

private let fifoVariable = "WRIGHT_TEST_FIFO"
private let fifoOfParent = getenv(fifoVariable).map { String(cString: $0) }

@Suite struct OrphanTests {
  /// Runs only in the process that the test below starts, and is killed with it.
  @Test(.enabled(if: fifoOfParent != nil)) func `starts programs and never ends`() async throws {
    let fifo = try #require(fifoOfParent)
    // All of them hold the fifo open.
    let escape = "exec 9>\(fifo); (setsid sleep 1000 &); nohup sleep 1000 & env -i setsid -f sleep 1000; "
    let first = try await ProcessLauncher.shared.start(
      shell(escape + "echo supervised >&9; sleep 1000", output: .discard, supervised: true))
    let second = try await ProcessLauncher.shared.start(shell("exec 9>\(fifo); echo plain >&9; exec sleep 1000"))
    _ = (await first.wait(), await second.wait())
  }

  @Test(.enabled(if: fifoOfParent == nil), .timeLimit(.minutes(1)))
  func `everything dies with a process that is killed`() async throws {
    let fifo = "/tmp/wright-fifo-\(UInt64.random(in: 0 ... .max))"
    try #require(mkfifo(fifo, 0o600) == 0)
    defer { unlink(fifo) }
    let program = try #require(FileTree.realPath("/proc/self/exe"))
    let process = try await ProcessLauncher.shared.start(
      ProcessSpecification(
        executable: program,
        arguments: ["--filter", "starts programs and never ends", "--testing-library", "swift-testing"],
        environment: [("PATH", ExecutableSearch.standardPath), (fifoVariable, fifo)], output: .discard))
    let threads = BlockingThreads(name: "fifo", count: 1)
    defer { threads.stop() }
    let ended = try await threads.run { () throws -> Bool in
      let reader = open(fifo, O_RDONLY | O_CLOEXEC)
      defer { close(reader) }
      var seen = ""
      var buffer = [UInt8](repeating: 0, count: 100)
      while !(seen.contains("supervised\n") && seen.contains("plain\n")) {
        let count = read(reader, &buffer, buffer.count)
        guard count > 0 else { return false }
        seen += text(Array(buffer.prefix(count)))
      }
      // SIGKILL: it can do nothing any more. The end of the fifo is the end of the last of its descendants.
      process.kill()
      return read(reader, &buffer, buffer.count) == 0
    }
    #expect(ended)
    #expect(await process.wait() == .signalled(SIGKILL))
  }
}
