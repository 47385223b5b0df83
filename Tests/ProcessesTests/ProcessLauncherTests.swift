import Files
import Glibc
import Testing

import Processes

func shell(_ script: String, output: ProcessSpecification.Output = .merged, supervised: Bool = false)
  -> ProcessSpecification
{
  ProcessSpecification(
    executable: "/bin/sh", arguments: ["-c", script], environment: [("PATH", ExecutableSearch.standardPath)],
    output: output, supervised: supervised)
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct ProcessLauncherTests {
  @Test(arguments: [
    ("exit 0", ProcessExit.exited(0), 0), ("exit 7", .exited(7), 7), ("exit 255", .exited(255), 255),
    ("kill -TERM $$", .signalled(SIGTERM), 143), ("kill -KILL $$", .signalled(SIGKILL), 137),
    ("kill -SEGV $$", .signalled(SIGSEGV), 139),
  ])
  func `reports how a program ended, supervised or not`(script: String, exit: ProcessExit, code: Int32) async throws {
    for supervised in [false, true] {
      let result = try await ProcessLauncher.shared.run(shell(script, supervised: supervised))
      #expect(result.exit == exit)
      #expect(result.exit.code == code)
    }
  }

  @Test func `merges output in the order written, or keeps it apart`() async throws {
    let script = "echo one; echo two >&2; echo three"
    let merged = try await ProcessLauncher.shared.run(shell(script))
    #expect(text(merged.output) == "one\ntwo\nthree\n")
    let separate = try await ProcessLauncher.shared.run(shell(script, output: .separate))
    #expect(text(separate.output) == "one\nthree\n")
    #expect(text(separate.errorOutput) == "two\n")
    let discarded = try await ProcessLauncher.shared.run(shell(script, output: .discard))
    #expect(discarded.output.isEmpty && discarded.exit.isSuccess)
  }

  @Test func `gives exactly the named environment, folder and input`() async throws {
    var specification = ProcessSpecification(
      executable: "env", environment: [("PATH", "/usr/bin:/bin"), ("A", "1"), ("A", "two words")])
    #expect(text(try await ProcessLauncher.shared.run(specification).output) == "PATH=/usr/bin:/bin\nA=two words\n")
    specification = shell("pwd; cat")
    specification.workingDirectory = "/usr/bin"
    specification.standardInput = .bytes(Array("input".utf8))
    #expect(text(try await ProcessLauncher.shared.run(specification).output) == "/usr/bin\ninput")
    specification.standardInput = .null
    #expect(text(try await ProcessLauncher.shared.run(specification).output) == "/usr/bin\n")
  }

  @Test(arguments: [false, true])
  func `passes no descriptor but the named ones, no mask and no ignored signal`(supervised: Bool) async throws {
    var specification = shell(
      "ls /proc/self/fd | tr '\\n' ' '; cat <&3; grep -E 'Sig(Blk|Ign)|Shd' /proc/self/status", supervised: supervised)
    specification.additionalDescriptors = [try FileDescriptor.inMemory(Array("extra\n".utf8), name: "test")]
    let before = signal(SIGPIPE, SIG_IGN)
    defer { signal(SIGPIPE, before) }
    let output = text(try await ProcessLauncher.shared.run(specification).output)
    // 4 is the folder that ls has open.
    #expect(output.hasPrefix("0 1 2 3 4 "))
    #expect(output.contains("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000"))
  }

  @Test func `runs in its own session and group`() async throws {
    let own = getpgrp()
    let result = try await ProcessLauncher.shared.run(shell("echo $$; cut -d' ' -f5,6 /proc/$$/stat"))
    let numbers = text(result.output).split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    try #require(numbers.count == 3)
    #expect(numbers[0] == numbers[1] && numbers[0] == numbers[2] && numbers[0] != own)
  }

  @Test(arguments: [false, true])
  func `a program that cannot be started is an error with the reason`(supervised: Bool) async throws {
    let table: [(String, String?, Int32)] = [
      ("/nonexistent/program", nil, ENOENT), ("no-such-program", nil, ENOENT), ("/etc/passwd", nil, EACCES),
      ("/bin/true", "/nonexistent", ENOENT), ("bad\0name", nil, ENOENT), ("/bin/tr\0ue", nil, EINVAL),
      ("", nil, ENOENT),
    ]
    for (program, folder, code) in table {
      var specification = ProcessSpecification(executable: program, workingDirectory: folder)
      specification.supervised = supervised
      let error = await #expect(throws: ProcessError.self) {
        try await ProcessLauncher.shared.run(specification)
      }
      #expect(error?.code == code, "\(program)")
    }
  }

  @Test func `stands back behind other programs where it is told to`() async throws {
    var specification = shell("ps -o ni= -p $$; cat /proc/self/autogroup 2>/dev/null || true")
    let before = text(try await ProcessLauncher.shared.run(specification).output)
    specification.niceness = 7
    let lines = text(try await ProcessLauncher.shared.run(specification).output).split(separator: "\n")
    #expect(lines.first?.filter(\.isNumber) == "7" && !before.contains("7\n"))
    if lines.count > 1 { #expect(lines[1].hasSuffix("nice 7")) }
  }

  @Test func `collects no more than the limit and drains the rest`() async throws {
    let result = try await ProcessLauncher.shared.run(
      shell("head -c 3000000 /dev/zero; echo done >&2", output: .separate), limit: 1000)
    #expect(result.output.count == 1000 && result.isTruncated && result.exit.isSuccess)
    #expect(text(result.errorOutput) == "done\n")
  }

  @Test func `loses not a byte of a large output and holds the writer up meanwhile`() async throws {
    let process = try await ProcessLauncher.shared.start(shell("yes 0123456789abcde | head -c 50000000"))
    let output = try #require(process.output)
    var total = 0
    var largest = 0
    while let bytes = try await output.read() {
      total += bytes.count
      largest = max(largest, bytes.count)
    }
    #expect(total == 50_000_000)
    #expect(largest <= ProcessOutput.readLimit)
    #expect(await process.wait() == .exited(0))
    #expect(try await output.read() == nil)
  }

  @Test func `a thousand at once leave no descriptor and no zombie`() async throws {
    _ = try await ProcessLauncher.shared.run(shell("true"))
    let before = try FileTree.names(in: "/proc/self/fd").count
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<1000 {
        group.addTask {
          let result = try await ProcessLauncher.shared.run(
            ProcessSpecification(executable: "/bin/echo", arguments: ["\(number)"]))
          return text(result.output) == "\(number)\n" && result.exit.isSuccess
        }
      }
      for try await right in group { #expect(right) }
    }
    // Other tests run beside this one, and hold a few.
    #expect(try FileTree.names(in: "/proc/self/fd").count < before + 100)
    let children = try FileTree.contents(of: "/proc/self/task/\(getpid())/children", limit: 1 << 16)
    #expect(text(children).split(separator: " ").count < 100)
  }
}
