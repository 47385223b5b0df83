internal import CachePush
internal import Drivers
internal import Queue
internal import Model
internal import NixFormat
internal import Planning

extension JobStep {
  /// Runs a command of Nix and pushes what it builds. The exit status is Nix's own, or 1 where only the push has failed.
  func runNix(_ command: NixCommand, in environment: any BuildEnvironment) async throws -> JobResult {
    let teller = NixTeller(position, reporter: reporter)
    let result = await build(command, in: environment, teller)
    try await teller.close()
    return result
  }

  private func build(
    _ command: NixCommand, in environment: any BuildEnvironment, _ teller: NixTeller
  ) async -> JobResult {
    let pusher: NixPusher?
    do {
      let store = NixStore(environment: runner.settings.nixEnvironment)
      let push = command.push ?? runner.settings.nixPush()
      pusher = try push.map { try NixPusher($0, store: store, output: output) { teller.pushMoved() } }
    } catch {
      return await pushFailed(error)
    }
    if let pusher { teller.pushes { pusher.progress } }
    let variables = jobEnvironment(build.plan.environment, context)
    let watch = NixWatch(command, environment: variables, output: output) { event in
      teller.take(event)
      if case .buildEnded(let derivation) = event { pusher?.buildEnded(derivation) }
    }
    let result = await run(command, watch, in: environment)
    guard let pusher else { return result }
    guard stop.current == nil, !Task.isCancelled else {
      await pusher.cancel()
      return result
    }
    do {
      let summary = try await pusher.finish(result.end == .passed ? watch.results : [])
      await output.say(Self.sentence(summary))
      return result
    } catch {
      let failure = await pushFailed(error)
      return result.end == .passed ? failure : result
    }
  }

  private func run(
    _ command: NixCommand, _ watch: NixWatch, in environment: any BuildEnvironment
  ) async -> JobResult {
    do {
      let status = try await environment.run(watch.program, output: watch.standardOutput, errors: watch.errorOutput)
      try await watch.finish()
      if case .signalled(let signal) = status, stop.current == nil {
        await output.say("\(command.words.first ?? "nix") was ended by signal \(signal)")
      }
      if status == .exited(0) { return JobResult(end: .passed, exitCode: status.code) }
      return JobResult(
        end: .failed, exitCode: status.code, reason: watch.failure ?? output.failure(exitCode: status.code))
    } catch {
      return await failed("\(command.words.first ?? "nix") could not be run: \(error)")
    }
  }

  private func pushFailed(_ error: any Error) async -> JobResult {
    var result = await failed("what was built is not in the cache: \(error)")
    result.exitCode = 1
    return result
  }

  private static func sentence(_ summary: PushSummary) -> String {
    if summary.pushedPaths == 0, summary.presentPaths == 0 { return "nothing was built that could be pushed" }
    return
      "pushed \(grouped(Int64(summary.pushedPaths))) \(summary.pushedPaths == 1 ? "path" : "paths"), \(grouped(summary.narBytes)) bytes, sent as "
      + "\(grouped(summary.sentBytes)); \(grouped(Int64(summary.presentPaths))) were there"
  }
}
