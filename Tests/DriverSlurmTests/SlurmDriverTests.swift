import Concurrency
import DriverConformance
import DriverSlurm
import Drivers
import Files
import Glibc
import Model
import Processes
import Testing

/// The cluster of `scripts/with-slurm`; nil where there is none.
let cluster = getenv("SLURM_CONF").map { String(cString: $0) }
let hasCluster: @Sendable () -> Bool = { cluster != nil && !mayBeBroken }
/// One that is there for tests that break it.
let hasFaultCluster: @Sendable () -> Bool = { cluster != nil && mayBeBroken }
private let mayBeBroken = getenv("WRIGHT_TEST_SLURM_FAULTS") != nil

/// A program of Slurm.
func slurm(_ words: String...) async throws -> String {
  let result = try await ProcessLauncher.shared.run(
    ProcessSpecification(
      executable: words[0], arguments: Array(words.dropFirst()),
      environment: [("PATH", ExecutableSearch.standardPath), ("SLURM_CONF", cluster ?? "")]))
  return String(decoding: result.output, as: UTF8.self)
}

/// A driver on a folder of its own, which is removed afterwards.
func withSlurm(
  _ settings: [String: String] = [:], patience: Duration = .seconds(3600),
  _ body: (DriverConformance, String) async throws -> Void
) async throws {
  let folder = "/tmp/wright-slurm-driver-\(UInt64.random(in: 0 ... .max))"
  try FileTree.makeDirectory(folder)
  do {
    let driver = try SlurmDriver(
      SlurmSettings(
        folder: folder, environment: [EnvironmentVariable(name: "SLURM_CONF", value: cluster ?? "")],
        patience: patience,
        stateInterval: .milliseconds(500)))
    try await body(
      DriverConformance(driver: driver, specification: DriverSpecification(type: "slurm", settings: settings)), folder)
    #expect(try FileTree.names(in: folder + "/builds").isEmpty)
  } catch {
    try FileTree.removeTree(folder)
    throw error
  }
  try FileTree.removeTree(folder)
}

@Suite(.enabled(if: hasCluster(), "there is no cluster; scripts/with-slurm has one"))
struct SlurmDriverTests {
  @Test func `runs scripts`() async throws { try await withSlurm { driver, _ in try await driver.runsScripts() } }
  @Test func `gives exactly the variables`() async throws {
    try await withSlurm { driver, _ in try await driver.givesExactlyTheVariables() }
  }
  @Test func `ends what the script leaves`() async throws {
    try await withSlurm { driver, _ in try await driver.endsWhatTheScriptLeaves() }
  }
  @Test func `stops, gently and not`() async throws { try await withSlurm { driver, _ in try await driver.stops() } }
  @Test func `stops while a job starts`() async throws {
    try await withSlurm { driver, _ in try await driver.stopsWhileStarting() }
  }
  @Test func `places files`() async throws { try await withSlurm { driver, _ in try await driver.placesFiles() } }
  @Test func `prepares and delivers folders`() async throws {
    try await withSlurm { driver, _ in try await driver.preparesAndDeliversFolders() }
  }
  @Test func `collects files`() async throws { try await withSlurm { driver, _ in try await driver.collectsFiles() } }
  @Test func `collects what is chosen`() async throws {
    try await withSlurm { driver, _ in try await driver.collectsWhatIsChosen() }
  }
  @Test func `collects nothing from outside`() async throws {
    try await withSlurm { driver, _ in try await driver.collectsNothingFromOutside() }
  }
  @Test func `destroys what is hostile`() async throws {
    try await withSlurm { driver, _ in try await driver.destroysWhatIsHostile() }
  }
  @Test func `streams output`() async throws {
    try await withSlurm { driver, _ in try await driver.streamsOutputAndHoldsTheWriterUp() }
  }

  @Test func `a line is there while the job goes on`() async throws {
    try await withSlurm { driver, _ in
      try await driver.withEnvironment { environment in
        let recorder = Recorder()
        let running = driver.start(
          driver.script("echo first line; while [ ! -e go ]; do sleep 0.05; done; echo last line"), recorder,
          in: environment)
        #expect(await recorder.contains("\nfirst line\n"))
        try await driver.place("", at: "go", in: environment)
        #expect(try await running.value == .exited(0))
        #expect(recorder.text.hasSuffix("\nlast line\n"))
      }
    }
  }

  @Test func `what a job asks for it gets`() async throws {
    let settings = ["partition": "short", "cpus": "3", "memory": "100MiB", "time": "1m"]
    try await withSlurm(settings) { driver, _ in
      try await driver.withEnvironment { environment in
        let result = try await driver.run(
          "echo \"$SLURM_JOB_PARTITION $SLURM_CPUS_PER_TASK $SLURM_MEM_PER_NODE\"", in: environment)
        #expect(result.output.hasSuffix("\nshort 3 100\n"))
      }
    }
  }

  @Test func `what the cluster refuses is said in its words`() async throws {
    try await withSlurm(["partition": "no-such"]) { driver, _ in
      try await driver.withEnvironment { environment in
        let error = await #expect(throws: DriverError.self) { try await driver.run("true", in: environment) }
        #expect(error?.description.contains("invalid partition") == true, "\(String(describing: error))")
      }
    }
  }

  @Test func `nothing secret is in arguments, in what the cluster keeps, or in the workspace`() async throws {
    try await withSlurm { driver, folder in
      try await driver.withEnvironment { environment in
        let recorder = Recorder()
        let secret = "s3cret-\(UInt64.random(in: 0 ... .max))"
        let script = Script(
          name: "unit", text: Array("#!/bin/sh\nprintf '%s' \"$TOKEN\" | wc -c; echo ready; read line <go\n".utf8),
          environment: [EnvironmentVariable(name: "TOKEN", value: secret)])
        _ = try await driver.run("mkfifo go", in: environment)
        let running = driver.start(script, recorder, in: environment)
        #expect(await recorder.contains("ready\n"))
        #expect(recorder.text == "\(secret.utf8.count)\nready\n")
        let jobs = try await slurm("squeue", "--me", "--noheader", "--states=R", "--format=%i %j")
        let job = try #require(jobs.split(separator: "\n").first { $0.hasSuffix("-unit") && $0.contains("wright-") })
        let number = String(job.prefix { $0 != " " })
        let kept =
          try await slurm("scontrol", "write", "batch_script", number, "-") + slurm("scontrol", "show", "job", number)
        #expect(kept.contains("launch") && !kept.contains(secret))
        #expect(
          try await ProcessLauncher.shared.run(
            ProcessSpecification(executable: "/bin/grep", arguments: ["-r", "-l", secret, folder])
          ).output.isEmpty)
        _ = try await ProcessLauncher.shared.run(
          ProcessSpecification(
            executable: "/bin/sh", arguments: ["-c", "echo >go"], workingDirectory: environment.workspace))
        #expect(try await running.value == .exited(0))
      }
    }
  }

  @Test func `jobs of an earlier start are cancelled, and those of others are not`() async throws {
    try await withSlurm { other, _ in
      try await other.withEnvironment { environment in
        let recorder = Recorder()
        let running = other.start(
          other.script("echo ready; while [ ! -e go ]; do sleep 0.05; done"), recorder, in: environment)
        #expect(await recorder.contains("\nready\n"))
        try await withSlurm { driver, folder in
          let key = String(decoding: try FileTree.contents(of: folder + "/key", limit: 64), as: UTF8.self).dropLast()
          let names = ["wright-\(key)-b1-a1-unit", "wright-\(key)-b2-a1-unit"]
          for name in names {
            _ = try await slurm("sbatch", "--job-name=\(name)", "--output=/dev/null", "--wrap=sleep 1000")
          }
          try FileTree.makeDirectory(folder + "/builds/b1-a1/workspace")
          try await driver.driver.sweep()
          let left = try await slurm("squeue", "--me", "--noheader", "--format=%j")
          for name in names { #expect(!left.contains(name)) }
        }
        try await other.place("", at: "go", in: environment)
        #expect(try await running.value == .exited(0))
      }
    }
  }

  @Test(arguments: [false, true]) func `what the cluster itself ends says why`(isLate: Bool) async throws {
    try await withSlurm(["time": "10m"]) { driver, folder in
      try await driver.withEnvironment { environment in
        let recorder = Recorder()
        let running = driver.start(driver.script("trap '' TERM; echo ready; sleep 1000"), recorder, in: environment)
        #expect(await recorder.contains("\nready\n"))
        let key = String(decoding: try FileTree.contents(of: folder + "/key", limit: 64), as: UTF8.self).dropLast()
        let jobs = try await slurm("squeue", "--me", "--noheader", "--format=%i %j")
        let job = try #require(jobs.split(separator: "\n").first { $0.contains("wright-\(key)-") })
        let number = String(job.prefix { $0 != " " })
        if isLate {
          _ = try await slurm("scontrol", "update", "jobid=\(number)", "timelimit=0:01")
        } else {
          _ = try await slurm("scancel", number)
        }
        #expect(try await running.value != .exited(0))
        #expect(
          recorder.text.contains(isLate ? "its time limit" : "was cancelled on the cluster\n"), "\(recorder.text)")
      }
    }
  }

  @Test func `a second agent may not use the folder`() async throws {
    try await withSlurm { _, folder in
      #expect(throws: DriverError.self) { try SlurmDriver(SlurmSettings(folder: folder)) }
    }
  }
}
