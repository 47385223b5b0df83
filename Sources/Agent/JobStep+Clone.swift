internal import Drivers
internal import Git
internal import Model
internal import Planning

extension JobStep {
  /// Clones a source and brings it into the environment.
  func clone(_ source: Source, isFirst: Bool, into environment: any BuildEnvironment) async -> JobResult {
    do {
      let address = try runner.git.address(source.url)
      if let problem = relativePathProblem(source.directory) {
        throw GitFailure(.occupied, "the folder '\(source.directory)' \(problem)")
      }
      let at = source.reference.map { " at \($0)" } ?? ""
      await output.say("cloning \(address.url)\(at) into \(source.directory)")
      let folder = try await environment.prepare(source.directory)
      let commit = try await runner.git.clone(address, at: source.reference, into: folder, log: output)
      try await environment.deliver(source.directory)
      await output.say("\(source.directory) is at commit \(commit)")
      return JobResult(end: .passed, commit: isFirst ? commit : nil, clone: (source.directory, commit))
    } catch {
      return await failed("the source cannot be cloned: \(error)")
    }
  }
}
