internal import Concurrency
internal import Drivers
internal import Model
internal import NixFormat
internal import Planning

extension JobStep {
  /// Runs a command of Nix. Its own log becomes lines of ours; the exit status is Nix's.
  func runNix(_ command: NixCommand, in environment: any BuildEnvironment) async -> JobResult {
    let watch = NixWatch(command, output: output)
    do {
      let status = try await environment.run(
        watch.program, output: watch.standardOutput, errors: watch.errorOutput)
      try await watch.finish()
      if case .signalled(let signal) = status, stop.current == nil {
        await output.say("\(command.words.first ?? "nix") was ended by signal \(signal)")
      }
      if status == .exited(0) { return JobResult(end: .passed, exitCode: status.code) }
      return JobResult(end: .failed, exitCode: status.code, reason: output.failure(exitCode: status.code))
    } catch {
      return await failed("\(command.words.first ?? "nix") could not be run: \(error)")
    }
  }
}
