internal import Planning
internal import Processes

/// Runs git programs of one clone: their messages go into the job's log, their end decides.
struct GitCommand: Sendable {
  let environment: [(name: String, value: String)]
  let address: GitAddress
  let reference: String?
  let output: JobOutput

  /// Runs `git` with these arguments. Cancelling the task kills it and what it has started.
  func run(_ arguments: [String]) async throws {
    let process = try await ProcessLauncher.shared.start(
      ProcessSpecification(
        executable: "git", arguments: arguments, environment: environment, workingDirectory: "/", output: .merged))
    var tail: [UInt8] = []
    do {
      var progress = GitProgress(now: .now)
      while let bytes = try await process.output?.read() {
        let shown = progress.take(bytes, now: .now)
        try await show(shown, &tail)
      }
      try await show(progress.finish(), &tail)
    } catch {
      process.kill()
      _ = await process.wait()
      throw error
    }
    let exit = await process.wait()
    try Task.checkCancellation()
    guard exit.isSuccess else {
      throw GitFailure.explain(
        String(decoding: tail, as: UTF8.self), code: exit.code, address, reference: reference)
    }
  }

  /// The output of `git` with these arguments, without white space around it.
  func read(_ arguments: [String]) async throws -> String {
    let result = try await ProcessLauncher.shared.run(
      ProcessSpecification(
        executable: "git", arguments: arguments, environment: environment, workingDirectory: "/", output: .separate),
      limit: 64 << 10)
    guard result.exit.isSuccess else {
      let text = String(decoding: result.errorOutput, as: UTF8.self)
      throw GitFailure.explain(text, code: result.exit.code, address, reference: reference)
    }
    let isBlank: (UInt8) -> Bool = { $0 <= 32 }
    let text = result.output.drop(while: isBlank)
    return String(decoding: text.prefix { !isBlank($0) }, as: UTF8.self)
  }

  private func show(_ bytes: [UInt8], _ tail: inout [UInt8]) async throws {
    if bytes.isEmpty { return }
    tail = (tail + bytes).suffix(8192)
    try await output.write(bytes)
  }
}
