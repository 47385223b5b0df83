internal import Drivers
internal import Model
internal import Planning

/// One job of one build: does its step, then collects its artifacts. Throws only the reporter's errors.
struct JobStep: Sendable {
  let runner: Runner
  let build: RunnableBuild
  let reporter: any BuildReporter
  let stop: StopSignal
  let environment: (any BuildEnvironment)?
  let commit: String?
  /// The commits that were cloned, by folder.
  let clones: [String: String]
  /// What the earlier jobs of a service's build have left.
  let service: ServiceWork?
  let position: Int
  let stage: PlannedStage
  let job: PlannedJob
  let output: JobOutput

  func run() async throws -> JobResult {
    let result = try await step()
    if let environment = result.environment ?? environment, stop.current == nil {
      for rule in job.artifacts { try await collect(rule, from: environment) }
    }
    return result
  }

  private func step() async throws -> JobResult {
    switch job.step {
    case .createDriver: return await createDriver()
    case .clone(let index):
      guard let environment, build.plan.sources.indices.contains(index) else { return await impossible() }
      var source = build.plan.sources[index]
      // In a second environment it is what was found out about, though the branch may have moved.
      if index == 0, let commit { source.reference = commit }
      return await clone(source, isFirst: index == 0, into: environment)
    case .detect(let index, let manifest):
      guard let environment, build.plan.sources.indices.contains(index) else { return await impossible() }
      return try await detect(build.plan.sources[index], given: manifest, in: environment)
    case .script(let commands):
      guard let environment else { return await impossible() }
      return await runScript(commands, in: environment)
    case .nix(let command):
      guard let environment else { return await impossible() }
      return try await runNix(command, in: environment)
    case .service(let step): return try await runService(step)
    }
  }

  private func runScript(_ commands: [String], in environment: any BuildEnvironment) async -> JobResult {
    let script = Script(
      name: scriptName, text: jobScript(commands), environment: jobEnvironment(build.plan.environment, context))
    do {
      let status = try await environment.run(script, output: output)
      if case .signalled(let signal) = status, stop.current == nil {
        await output.say("the script was ended by signal \(signal)")
      }
      if status == .exited(0) { return JobResult(end: .passed, exitCode: status.code) }
      return JobResult(end: .failed, exitCode: status.code, reason: output.failure(exitCode: status.code))
    } catch {
      return await failed("the script could not be run: \(error)")
    }
  }

  /// What the job is told about its build.
  var context: JobContext {
    JobContext(build: build.id, number: build.number, stage: stage.name, job: job.name, commit: commit)
  }

  /// Unique in the build, and harmless as a file's name.
  private var scriptName: String {
    let harmless = job.name.utf8.prefix(60).map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        byte
      default: UInt8(ascii: "_")
      }
    }
    return "\(position)-\(String(decoding: harmless, as: UTF8.self))"
  }

  private func impossible() async -> JobResult {
    await failed("the plan is damaged: this job needs a driver or a source that it does not name")
  }

  /// The end of a job that Wright itself could not do: the sentence says why, in the log and as the build's reason.
  func failed(_ reason: String) async -> JobResult {
    if stop.current == nil { await output.say(reason) }
    return JobResult(end: .failed, reason: reason)
  }
}
