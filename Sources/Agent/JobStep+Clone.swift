internal import Concurrency
internal import Drivers
internal import Files
internal import Model
internal import Planning
internal import Processes

extension JobStep {
  /// Clones a source and brings it into the environment.
  func clone(_ source: Source, isFirst: Bool, into environment: any BuildEnvironment) async -> JobResult {
    do {
      let address = try checkedAddress(source)
      let at = source.reference.map { " at \($0)" } ?? ""
      await output.say("cloning \(address.url)\(at) into \(source.directory)")
      let folder = try await environment.prepare(source.directory)
      let scratch = try await blockingThreads.run { [root = runner.settings.git.scratch] in
        try GitScratch(in: root, for: address)
      }
      let commit = try await withScratch(scratch) {
        let git = GitCommand(
          environment: scratch.environment(runner.settings.git), address: address, reference: source.reference,
          output: output)
        return try await GitClone(git: git, folder: folder).run()
      }
      try await environment.deliver(source.directory)
      await output.say("\(source.directory) is at commit \(commit)")
      return JobResult(end: .passed, commit: isFirst ? commit : nil)
    } catch {
      if stop.current == nil { await output.say("the source cannot be cloned: \(error)") }
      return JobResult(end: .failed)
    }
  }

  private func withScratch(_ scratch: GitScratch, _ body: () async throws -> String) async throws -> String {
    let result: Result<String, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    try await blockingThreads.run { try scratch.remove() }
    return try result.get()
  }

  private func checkedAddress(_ source: Source) throws -> GitAddress {
    let address = try GitAddress(source.url)
    let allowed = runner.settings.git.protocols
    guard allowed.contains(address.transport.rawValue) else {
      throw GitFailure(
        .other,
        "\(address.url) uses the transport \(address.transport.rawValue), and only \(allowed.joined(separator: ", ")) "
          + "are allowed here; use one of them, or have it added to the configuration's git.protocols")
    }
    if let reference = source.reference, let problem = gitReferenceProblem(reference) {
      throw GitFailure(.unknownReference, "the ref '\(reference)' \(problem); name a branch, tag or commit")
    }
    if let problem = relativePathProblem(source.directory) {
      throw GitFailure(.occupied, "the folder '\(source.directory)' \(problem)")
    }
    return address
  }
}
