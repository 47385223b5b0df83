internal import Concurrency
public import Drivers
internal import Files
public import Model
internal import Testing

/// What every driver must do, whatever it runs builds in. A driver's tests call each of these.
public struct DriverConformance: Sendable {
  /// Makes a driver, and the specification with which a manifest would ask for it.
  public let driver: any Driver
  /// What a manifest would say.
  public let specification: DriverSpecification

  /// Conformance of `driver`.
  public init(driver: any Driver, specification: DriverSpecification) {
    self.driver = driver
    self.specification = specification
  }

  /// An environment that is destroyed after `body`.
  public func withEnvironment(_ body: (any BuildEnvironment) async throws -> Void) async throws {
    let request = EnvironmentRequest(name: "test-\(UInt64.random(in: 0 ... .max))", specification: specification)
    let environment = try await driver.create(request, output: Recorder())
    do { try await body(environment) } catch {
      await environment.destroy()
      throw error
    }
    await environment.destroy()
  }

  /// A script of these commands.
  public func script(_ commands: String, _ variables: [(String, String)] = [], name: String = "unit") -> Script {
    Script(
      name: name, text: Array("#!/bin/sh\nexec 2>&1\nset -ex\n\n\(commands)\n".utf8),
      environment: variables.map { EnvironmentVariable(name: $0.0, value: $0.1) })
  }

  /// Runs commands to their end.
  @discardableResult
  public func run(
    _ commands: String, _ variables: [(String, String)] = [], in environment: any BuildEnvironment
  ) async throws -> (status: Drivers.ExitStatus, output: String) {
    let recorder = Recorder()
    let status = try await environment.run(script(commands, variables), output: recorder)
    return (status, recorder.text)
  }

  /// Runs a script while the test goes on.
  public func start(
    _ script: Script, _ recorder: Recorder, in environment: any BuildEnvironment
  ) -> Task<Drivers.ExitStatus, any Error> {
    Task {
      defer { recorder.end() }
      return try await environment.run(script, output: recorder)
    }
  }

  /// Places a file with this text.
  public func place(_ text: String, at destination: String, in environment: any BuildEnvironment) async throws {
    let file = try FileDescriptor.inMemory(Array(text.utf8), name: "object")
    try await environment.place(file, size: Int64(text.utf8.count), at: destination)
  }

  /// The text of a file that was collected.
  public func content(_ file: CollectedFile) async throws -> String {
    let descriptor = try await file.open()
    return String(decoding: try descriptor.read(count: Int(try descriptor.size()), at: 0), as: UTF8.self)
  }

  /// Runs scripts.
  public func runsScripts() async throws {
    try await withEnvironment { environment in
      let result = try await run("pwd; echo \"$HOME\"; echo out; echo err >&2; ls -A", in: environment)
      #expect(result.status == .exited(0))
      let place = environment.workspace
      #expect(
        result.output == "+ pwd\n\(place)\n+ echo \(place)\n\(place)\n+ echo out\nout\n+ echo err\nerr\n+ ls -A\n")
      #expect(try await run("exit 7", in: environment).status.code == 7)
      #expect(try await run("false; echo not reached", in: environment).status.code == 1)
      #expect(try await run("kill -TERM $$", in: environment).status.code == 143)
      #expect(try await run("no-such-command", in: environment).status.code == 127)
      try await run("echo kept > file", in: environment)
      #expect(try await run("cat file", in: environment).output.hasSuffix("\nkept\n"))
    }
  }

  /// Gives exactly the variables.
  public func givesExactlyTheVariables() async throws {
    let odd = "a 'quoted' \"value\" $HOME `id` \\ * ü € \u{1} \u{7f}\nsecond line \u{81}\u{88}"
    try await withEnvironment { environment in
      let result = try await run(
        "env | cut -d= -f1 | sort | tr '\\n' ' '; test \"$LAST\" = two; printf %s \"$ODD\" > odd",
        [("ODD", odd), ("LAST", "one"), ("LAST", "two"), ("EMPTY", ""), ("LD_BIND_NOW", "1")], in: environment)
      #expect(result.status == .exited(0))
      let names = Set(result.output.split(separator: "\n").flatMap { $0.split(separator: " ") }.map(String.init))
      #expect(names.isSuperset(of: ["ODD", "LAST", "EMPTY", "HOME", "PATH", "LD_BIND_NOW"]))
      for name in ["USER", "SHELL", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "SWIFT_VERSION"] {
        #expect(!names.contains(name))
      }
      let collected = try await environment.collect("odd", limit: 1)
      #expect(try await content(try #require(collected.files.first)) == odd)
      for name in ["1A", "A B", "", "A;id"] {
        await #expect(throws: DriverError.self) { try await run("true", [(name, "x")], in: environment) }
      }
    }
  }

  /// Ends what the script leaves.
  public func endsWhatTheScriptLeaves() async throws {
    try await withEnvironment { environment in
      let left = "setsid sh -c 'while :; do date > tick; sleep 0.01; done' >/dev/null 2>&1 & nohup sleep 1000 & "
      let result = try await run(
        left + "env -i setsid /bin/sh -c 'trap \"\" TERM HUP; sleep 1000; sleep 1000' & echo over", in: environment)
      #expect(result.status == .exited(0))
      #expect(result.output.contains("over\n"))
      // Nobody writes any more: what is removed stays away.
      #expect(try await run("rm -f tick; sleep 0.1; test ! -e tick", in: environment).status == .exited(0))
    }
  }

  /// Stops.
  public func stops() async throws {
    try await withEnvironment { environment in
      let recorder = Recorder()
      let script = script("trap 'echo caught; exit 9' TERM; echo ready; while :; do sleep 0.05; done")
      let running = start(script, recorder, in: environment)
      #expect(await recorder.contains("\nready\n"))
      await environment.stop(grace: .seconds(100))
      _ = try await running.value
      #expect(recorder.text.contains("caught\n"))
      // It stays stopped.
      #expect(try await run("echo not reached", in: environment).output.isEmpty)
    }
    try await withEnvironment { environment in
      let recorder = Recorder()
      let script = script("trap '' TERM HUP INT; echo ready; while :; do setsid sleep 1000; done")
      let running = start(script, recorder, in: environment)
      #expect(await recorder.contains("\nready\n"))
      async let first: Void = environment.stop(grace: .milliseconds(50))
      async let second: Void = environment.stop(grace: .milliseconds(20))
      _ = await (first, second)
      let status = try await running.value
      #expect(status.code == 137)
      await environment.stop(grace: .zero)
    }
    try await withEnvironment { environment in
      await environment.stop(grace: .seconds(100))
      let result = try await run("echo not reached", in: environment)
      #expect(result.output.isEmpty)
    }
  }

  /// At every moment of a job's start, stopping ends it.
  public func stopsWhileStarting() async throws {
    for delay in 0..<8 {
      try await withEnvironment { environment in
        let running = Task { try await run("sleep 1000", in: environment).status }
        try await Task.sleep(for: .milliseconds(delay))
        await environment.stop(grace: .milliseconds(200))
        #expect(try await running.value != .exited(0))
      }
    }
  }

  /// Places files.
  public func placesFiles() async throws {
    try await withEnvironment { environment in
      try await place("one", at: "data", in: environment)
      try await place("two", at: "a/b/data", in: environment)
      try await place("three", at: "./data", in: environment)
      #expect(
        try await run("cat data a/b/data; rm a/b/data; touch a/b/mine", in: environment).output.contains("threetwo"))
      try await run("ln -s /etc out; ln -s ../.. up; ln -s a in; ln -s /etc/passwd data2", in: environment)
      try await place("four", at: "in/data", in: environment)
      try await place("five", at: "data2", in: environment)
      #expect(try await run("cat a/data data2", in: environment).output.contains("fourfive"))
      for destination in ["../x", "a/../../x", "out/x", "up/x", "/etc/x", "/var/lib/x", "", "."] {
        await #expect(throws: (any Error).self, "\(destination)") {
          try await place("bad", at: destination, in: environment)
        }
      }
    }
  }

  /// Prepares and delivers folders.
  public func preparesAndDeliversFolders() async throws {
    try await withEnvironment { environment in
      let folder = try await environment.prepare("group/repo")
      try FileTree.makeDirectory(folder + "/sub")
      try FileTree.writeAtomically(Array("cloned\n".utf8), to: folder + "/sub/file")
      try await environment.deliver("group/repo")
      let result = try await run(
        "cd group/repo; echo more >> sub/file; cat sub/file; touch ../mine sub/mine", in: environment)
      #expect(result.output.contains("cloned\nmore\n"))
      #expect(result.status == .exited(0))
      try await run("ln -s /tmp out; mkdir -p real; ln -s real link", in: environment)
      for name in ["../x", "/tmp/x", "out/x", "out", "link", "link/x", "a/../../x", "x\0y", ""] {
        await #expect(throws: (any Error).self, "\(name)") { try await environment.prepare(name) }
      }
    }
  }

  /// Collects files.
  public func collectsFiles() async throws {
    try await withEnvironment { environment in
      try await run(
        """
        mkdir -p out/deep/er other; echo a > out/a.o; echo b > out/b.o; echo c > out/deep/c.o; echo d > out/deep/er/d
        echo e > other/a.o; echo hidden > out/.o; ln -s a.o out/link.o; ln -s ../other out/folderlink
        ln -s "$PWD/out/a.o" absolute; echo f > 'name with  space'
        """, in: environment)
      let table: [(String, [String], [String])] = [
        ("out/a.o", ["out/a.o"], ["a.o"]), ("./out//a.o", ["out/a.o"], ["a.o"]),
        ("\(environment.workspace)/out/a.o", ["out/a.o"], ["a.o"]), ("absolute", ["absolute"], ["absolute"]),
        ("out/link.o", ["out/link.o"], ["link.o"]), ("name with  space", ["name with  space"], ["name with  space"]),
        (
          "out/", ["out/.o", "out/a.o", "out/b.o", "out/deep/c.o", "out/deep/er/d", "out/link.o"],
          [".o", "a.o", "b.o", "deep/c.o", "deep/er/d", "link.o"]
        ),
        ("out/*.o", ["out/a.o", "out/b.o", "out/link.o"], ["a.o", "b.o", "link.o"]),
        ("out/?.o", ["out/a.o", "out/b.o"], ["a.o", "b.o"]),
        ("o*/a.o", ["other/a.o", "out/a.o"], ["a.o", "a.o"]), ("*/*/c.o", ["out/deep/c.o"], ["c.o"]),
        ("absent", [], []), ("out/absent/x", [], []), ("*.none", [], []), ("out/a.o/x", [], []),
      ]
      for (source, paths, names) in table {
        let collected = try await environment.collect(source, limit: 100)
        #expect(collected.files.map(\.path) == paths, "\(source)")
        #expect(collected.files.map(\.relativeName) == names, "\(source)")
      }
      let first = try #require(try await environment.collect("absolute", limit: 1).files.first)
      #expect(try await content(first) == "a\n")
      let limited = try await environment.collect("out", limit: 2)
      #expect(limited.files.count == 2 && !limited.refusals.isEmpty)
      let all = try await environment.collect(".", limit: 100)
      #expect(all.files.map(\.path).contains("out/deep/er/d") && all.files.map(\.relativeName).contains("other/a.o"))
    }
  }

  /// Collects what is chosen.
  public func collectsWhatIsChosen() async throws {
    try await withEnvironment { environment in
      try await run(
        """
        mkdir -p out/skipped out/deep; echo yes > out/a; echo no > out/b; echo yes > out/deep/c; echo yes > out/skipped/d
        echo yes > out/not-me; ln -s a out/link; mkfifo out/fifo; ln -s nowhere out/broken; ln -s /etc/passwd out/outside
        """, in: environment)
      let choice = FileChoice(
        enters: { $0 != "out/skipped" }, mayTake: { !$0.hasSuffix("not-me") },
        takes: { try $0.read(count: 10, at: 0) == Array("yes\n".utf8) })
      // What is not chosen counts for nothing.
      let found = try await environment.collect("out", limit: 3, choosing: choice)
      #expect(found.files.map(\.path) == ["out/a", "out/deep/c", "out/link"] && found.refusals.isEmpty)
      let limited = try await environment.collect(".", limit: 2, choosing: choice)
      #expect(limited.files.count == 2 && limited.refusals.count == 1)
    }
  }

  /// Collects nothing from outside.
  public func collectsNothingFromOutside() async throws {
    try await withEnvironment { environment in
      try await run(
        """
        mkdir -p bad; ln -s /etc/passwd bad/absolute; ln -s ../../../../etc/passwd bad/relative; ln -s /etc etc
        ln -s /proc/self/environ bad/environ; mkfifo bad/fifo; ln -s loop bad/loop; ln -s /etc/shadow shadow; ln -s ../.. up
        ln -s / root
        """, in: environment)
      for source in [
        "bad", "bad/*", "bad/absolute", "bad/relative", "bad/environ", "bad/fifo", "shadow", "etc", "etc/passwd",
        "etc/*",
        "up", "up/*", "*/passwd", "root/etc/passwd", "../x", "/etc/passwd", "a/../../etc/passwd", "x\0y", "",
        "bad/loop",
      ] {
        let collected = try await environment.collect(source, limit: 100)
        #expect(collected.files.isEmpty, "\(source)")
        #expect(!collected.refusals.isEmpty, "\(source)")
      }
      // Changed between finding and opening.
      try await run("echo fine > file", in: environment)
      let found = try #require(try await environment.collect("file", limit: 1).files.first)
      try await run("rm file; ln -s /etc/passwd file", in: environment)
      await #expect(throws: (any Error).self) { try await found.open() }
      try await run("rm file; mkfifo file", in: environment)
      await #expect(throws: (any Error).self) { try await found.open() }
    }
  }

  /// Destroys what is hostile.
  public func destroysWhatIsHostile() async throws {
    let environment = try await driver.create(
      EnvironmentRequest(name: "hostile-\(UInt64.random(in: 0 ... .max))", specification: specification),
      output: Recorder())
    try await run(
      "mkdir -p a/b/c; touch a/b/c/file a/x; chmod 0 a/b/c a/b a; ln -s /etc link; mkfifo fifo; chmod 0 .",
      in: environment)
    let running = Task { try await run("sleep 1000", in: environment) }
    async let first: Void = environment.destroy()
    async let second: Void = environment.destroy()
    _ = await (first, second)
    await environment.destroy()
    // The script could not even enter its folder; either way it is over.
    _ = await running.result
  }

  /// Streams output and holds the writer up.
  public func streamsOutputAndHoldsTheWriterUp() async throws {
    actor Counter: OutputSink {
      var count = 0
      func write(_ bytes: [UInt8]) async throws {
        count += bytes.count
        await Task.yield()
      }
    }
    struct Full: Error {}
    struct FullSink: OutputSink { func write(_ bytes: [UInt8]) async throws { throw Full() } }
    try await withEnvironment { environment in
      let counter = Counter()
      let status = try await environment.run(
        Script(name: "unit", text: Array("#!/bin/sh\nhead -c 20000000 /dev/zero\n".utf8), environment: []),
        output: counter)
      #expect(status == .exited(0))
      #expect(await counter.count == 20_000_000)
      await #expect(throws: Full.self) {
        try await environment.run(script("while :; do echo more; done"), output: FullSink())
      }
      let recorder = Recorder()
      let cancelled = start(script("echo ready; sleep 1000"), recorder, in: environment)
      #expect(await recorder.contains("\nready\n"))
      cancelled.cancel()
      await #expect(throws: CancellationError.self) { try await cancelled.value }
      #expect(try await run("true", in: environment).status == .exited(0))
    }
  }
}
